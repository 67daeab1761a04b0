// SPDX-License-Identifier: Apache-2.0
// The life of a tuning job through the AWS SDK for JavaScript. Arguments: bucket, job name. Prints what it saw as JSON.
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateHyperParameterTuningJobCommand, DescribeHyperParameterTuningJobCommand, paginateListTrainingJobsForHyperParameterTuningJob,
  SageMakerClient, StopHyperParameterTuningJobCommand,
} from "@aws-sdk/client-sagemaker";
import { setTimeout } from "node:timers/promises";

const [bucket, name] = process.argv.slice(2);
const s3 = new S3Client({ forcePathStyle: true });
const sagemaker = new SageMakerClient({});

await s3.send(new CreateBucketCommand({ Bucket: bucket }));
const rows = Array.from({ length: 200 }, (_, i) => `${i % 2},${i},${i % 7}\n`).join("");
await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "in/train.csv", Body: rows }));
const body = await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "in/train.csv" }))).Body.transformToString();

const channel = (ChannelName) => ({
  ChannelName, ContentType: "csv",
  DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${bucket}/in` } },
});
const create = (job, trials) => sagemaker.send(new CreateHyperParameterTuningJobCommand({
  HyperParameterTuningJobName: job,
  HyperParameterTuningJobConfig: {
    Strategy: "Random",
    HyperParameterTuningJobObjective: { Type: "Maximize", MetricName: "validation:auc" },
    ResourceLimits: { MaxNumberOfTrainingJobs: trials, MaxParallelTrainingJobs: 2 },
    ParameterRanges: { ContinuousParameterRanges: [{ Name: "eta", MinValue: "0.1", MaxValue: "0.9" }] },
  },
  TrainingJobDefinition: {
    AlgorithmSpecification: {
      TrainingImage: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", TrainingInputMode: "File",
    },
    RoleArn: "arn:aws:iam::123456789012:role/TunesmithExecutionRole",
    StaticHyperParameters: { num_round: "3", objective: "binary:logistic", eval_metric: "auc" },
    InputDataConfig: [channel("train"), channel("validation")],
    OutputDataConfig: { S3OutputPath: `s3://${bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  },
}));
const describe = (job) => sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: job }));
const ended = async (job) => {
  for (;;) {
    const seen = await describe(job);
    if (!["InProgress", "Stopping"].includes(seen.HyperParameterTuningJobStatus)) return seen;
    await setTimeout(100);
  }
};

const created = await create(name, 3);
const done = await ended(name);
const trials = [];
for await (const page of paginateListTrainingJobsForHyperParameterTuningJob(
  { client: sagemaker, pageSize: 2 }, { HyperParameterTuningJobName: name })) {
  trials.push(...page.TrainingJobSummaries.map((trial) => trial.TrainingJobName));
}
await create(name + "-long", 500);
await sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name + "-long" }));
const stopped = await ended(name + "-long");
let error = null;
try {
  await describe("no-such-job");
} catch (caught) {
  error = caught.name;
}
console.log(JSON.stringify({
  body: body === rows, arn: created.HyperParameterTuningJobArn, status: done.HyperParameterTuningJobStatus,
  best: done.BestTrainingJob.TrainingJobName, created: done.CreationTime.getTime(), trials,
  stopped: stopped.HyperParameterTuningJobStatus, error,
}));
