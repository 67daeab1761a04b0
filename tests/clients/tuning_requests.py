# SPDX-License-Identifier: Apache-2.0
"""What the tests of tuning jobs share: data, requests, and waiting for the end."""
import copy
import random

from harness import wait_for

IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest"
ROLE = "arn:aws:iam::123456789012:role/TunesmithExecutionRole"


def rows(count, seed, noise=0.1):
    """CSV of `count` rows, the label first."""
    generator = random.Random(seed)
    lines = []
    for _ in range(count):
        x = [generator.random() for _ in range(4)]
        label = int(x[0] + x[1] * x[2] > 0.75) ^ (generator.random() < noise)
        lines.append(",".join([str(int(label))] + [f"{v:.4f}" for v in x]))
    return "\n".join(lines) + "\n"


def channel(bucket, name):
    return {"ChannelName": name, "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{name}",
                                            "S3DataDistributionType": "FullyReplicated"}}}


def definition(bucket, **static):
    return {"AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "InputDataConfig": [channel(bucket, "train"), channel(bucket, "validation")],
            "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/output"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
            "RoleArn": ROLE,
            "StaticHyperParameters": {"num_round": "5", "objective": "binary:logistic", "eval_metric": "auc"} | static,
            "StoppingCondition": {"MaxRuntimeInSeconds": 600}}


OBJECTIVE = {"Type": "Maximize", "MetricName": "validation:auc"}
RANGES = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.01", "MaxValue": "1"}],
          "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "6"}]}


def config(jobs=5, parallel=2, strategy="Bayesian", **more):
    """`jobs` None: the request does not say how many."""
    limits = {"MaxParallelTrainingJobs": parallel} | ({"MaxNumberOfTrainingJobs": jobs} if jobs else {})
    return copy.deepcopy({"Strategy": strategy, "ResourceLimits": limits, "HyperParameterTuningJobObjective": OBJECTIVE,
                          "ParameterRanges": RANGES} | more)


def new_name(prefix="job"):
    return f"{prefix}-{random.randrange(10**9)}"


def tune(sagemaker, config, definition, name=None, **more):
    """Creates a tuning job and returns its name. `definition`: one, or a list of them."""
    name = name or new_name()
    which = "TrainingJobDefinitions" if isinstance(definition, list) else "TrainingJobDefinition"
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config,
                                                **{which: definition}, **more)
    return name


def finished(sagemaker, name):
    def look():
        d = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        return d if d["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping") else None
    return wait_for(look, 120, f"the end of {name}")


def trials_of(sagemaker, name):
    """The summaries of all trials, in the order of their creation."""
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=name, SortBy="Name")
    return [trial for page in pages for trial in page["TrainingJobSummaries"]]
