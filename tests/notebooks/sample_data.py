# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for the public sample data that AWS's notebooks download, under the buckets and keys that they name."""
import gzip
import pickle
import zipfile

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits


def abalone(rng, rows=3000):
    """Rows of the abalone data: sex (1 to 3), seven lengths and weights, rings."""
    values = rng.random((rows, 7)).round(4)
    sex = rng.integers(1, 4, rows)
    rings = np.clip((values[:, 0] * 10 + values[:, 6] * 8 + sex + rng.normal(0, 1, rows)).round(), 1, 29).astype(int)
    libsvm = [f"{y} 1:{s} " + " ".join(f"{i + 2}:{v}" for i, v in enumerate(row)) + "\n" for y, s, row in zip(rings, sex, values)]
    csv = ["MFI"[s - 1] + "," + ",".join(map(str, row)) + f",{y}\n" for y, s, row in zip(rings, sex, values)]
    return libsvm, csv


def churn(rng, rows=3000):
    table = pd.DataFrame({
        "State": rng.choice(list("ABCDE"), rows), "Account Length": rng.integers(1, 200, rows),
        "Area Code": rng.choice([415, 408, 510], rows), "Phone": [f"{i:07d}" for i in range(rows)],
        "Int'l Plan": rng.choice(["yes", "no"], rows), "VMail Plan": rng.choice(["yes", "no"], rows)})
    for name in ["VMail Message", "CustServ Calls", *(f"{when} {what}" for when in ("Day", "Eve", "Night", "Intl")
                                                     for what in ("Mins", "Calls", "Charge"))]:
        table[name] = rng.random(rows) * 10
    gone = table["Day Mins"] + table["CustServ Calls"] + rng.normal(0, 1, rows) > 12
    return table.assign(**{"Churn?": np.where(gone, "True.", "False.")}).to_csv(index=False)


def digits():
    """(images of 28 x 28, labels) three times, as mnist.pkl.gz has them; scikit-learn's digits, scaled up."""
    data = load_digits()
    images = np.kron(data.images, np.ones((1, 3, 3)))
    images = np.pad(images, ((0, 0), (2, 2), (2, 2))).reshape(len(images), -1).astype(np.float32) / 16
    parts = [(images[a:b], data.target[a:b].astype(np.int64)) for a, b in ((0, 1200), (1200, 1500), (1500, None))]
    return gzip.compress(pickle.dumps(tuple(parts)))


def put_all(s3, region, bank_marketing):
    """`bank_marketing`: the zip file of the data that the repository's example is trained on."""
    rng = np.random.default_rng(0)
    files, samples = f"sagemaker-example-files-prod-{region}", "sagemaker-sample-files"
    for bucket in (files, samples):
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)
    put = lambda bucket, key, body: s3.put_object(Bucket=bucket, Key=key, Body=body)  # noqa: E731
    libsvm, csv = abalone(rng)
    put(files, "datasets/tabular/uci_abalone/abalone.libsvm", "".join(libsvm))
    put(files, "datasets/tabular/uci_abalone/abalone.csv", "".join(csv))
    for part, begin, end in (("train", 0, 2000), ("validation", 2000, 2500), ("test", 2500, None)):
        put(samples, f"datasets/tabular/uci_abalone/{part}/abalone.{part}", "".join(libsvm[begin:end]))
    put(files, "datasets/image/MNIST/mnist.pkl.gz", digits())
    cancer = load_breast_cancer()
    put(files, "datasets/tabular/breast_cancer/wdbc.csv", "".join(
        f"{1000 + i},{'M' if y == 0 else 'B'}," + ",".join(map(str, row)) + "\n"
        for i, (row, y) in enumerate(zip(cancer.data, cancer.target))))
    put(samples, "datasets/tabular/synthetic/churn.txt", churn(rng))
    with zipfile.ZipFile(bank_marketing) as archive:
        name = next(n for n in archive.namelist() if n.endswith("bank-additional-full.csv") and "MACOSX" not in n)
        bank = pd.read_csv(archive.open(name), sep=";")
    put(files, "datasets/tabular/uci_bank_marketing/bank-additional-full.csv", bank.to_csv(index=False))
