// SPDX-License-Identifier: Apache-2.0
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.Channel;
import software.amazon.awssdk.services.sagemaker.model.ContinuousParameterRange;
import software.amazon.awssdk.services.sagemaker.model.DescribeHyperParameterTuningJobResponse;
import software.amazon.awssdk.services.sagemaker.model.HyperParameterTrainingJobSummary;
import software.amazon.awssdk.services.sagemaker.model.HyperParameterTuningJobObjectiveType;
import software.amazon.awssdk.services.sagemaker.model.HyperParameterTuningJobStatus;
import software.amazon.awssdk.services.sagemaker.model.HyperParameterTuningJobStrategyType;
import software.amazon.awssdk.services.sagemaker.model.S3DataType;
import software.amazon.awssdk.services.sagemaker.model.SageMakerException;
import software.amazon.awssdk.services.sagemaker.model.TrainingInputMode;
import software.amazon.awssdk.services.sagemaker.model.TrainingInstanceType;

/** The life of a tuning job through the AWS SDK for Java. Arguments: bucket, job name. Prints what it saw as JSON. */
public final class Tune {
  private static final SageMakerClient SAGEMAKER = SageMakerClient.create();

  private static Channel channel(String bucket, String name) {
    return Channel.builder().channelName(name).contentType("csv")
        .dataSource(d -> d.s3DataSource(s -> s.s3DataType(S3DataType.S3_PREFIX).s3Uri("s3://" + bucket + "/in")))
        .build();
  }

  private static String create(String bucket, String name, int trials) {
    return SAGEMAKER.createHyperParameterTuningJob(r -> r
        .hyperParameterTuningJobName(name)
        .hyperParameterTuningJobConfig(c -> c
            .strategy(HyperParameterTuningJobStrategyType.RANDOM)
            .hyperParameterTuningJobObjective(o -> o
                .type(HyperParameterTuningJobObjectiveType.MAXIMIZE).metricName("validation:auc"))
            .resourceLimits(l -> l.maxNumberOfTrainingJobs(trials).maxParallelTrainingJobs(2))
            .parameterRanges(p -> p.continuousParameterRanges(
                ContinuousParameterRange.builder().name("eta").minValue("0.1").maxValue("0.9").build())))
        .trainingJobDefinition(t -> t
            .algorithmSpecification(a -> a
                .trainingImage("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1")
                .trainingInputMode(TrainingInputMode.FILE))
            .roleArn("arn:aws:iam::123456789012:role/TunesmithExecutionRole")
            .staticHyperParameters(Map.of("num_round", "3", "objective", "binary:logistic", "eval_metric", "auc"))
            .inputDataConfig(channel(bucket, "train"), channel(bucket, "validation"))
            .outputDataConfig(o -> o.s3OutputPath("s3://" + bucket + "/out"))
            .resourceConfig(c -> c.instanceType(TrainingInstanceType.ML_M5_LARGE).instanceCount(1).volumeSizeInGB(1))
            .stoppingCondition(s -> s.maxRuntimeInSeconds(600)))).hyperParameterTuningJobArn();
  }

  private static DescribeHyperParameterTuningJobResponse describe(String name) {
    return SAGEMAKER.describeHyperParameterTuningJob(r -> r.hyperParameterTuningJobName(name));
  }

  private static DescribeHyperParameterTuningJobResponse ended(String name) throws InterruptedException {
    for (;;) {
      DescribeHyperParameterTuningJobResponse seen = describe(name);
      HyperParameterTuningJobStatus status = seen.hyperParameterTuningJobStatus();
      if (status != HyperParameterTuningJobStatus.IN_PROGRESS && status != HyperParameterTuningJobStatus.STOPPING) {
        return seen;
      }
      Thread.sleep(100);
    }
  }

  public static void main(String[] arguments) throws InterruptedException {
    String bucket = arguments[0];
    String name = arguments[1];
    S3Client s3 = S3Client.builder().forcePathStyle(true).build();
    s3.createBucket(r -> r.bucket(bucket));
    String rows = IntStream.range(0, 200).mapToObj(i -> i % 2 + "," + i + "," + i % 7 + "\n").collect(Collectors.joining());
    s3.putObject(r -> r.bucket(bucket).key("in/train.csv"), RequestBody.fromString(rows));
    String body = s3.getObjectAsBytes(r -> r.bucket(bucket).key("in/train.csv")).asUtf8String();

    String arn = create(bucket, name, 3);
    DescribeHyperParameterTuningJobResponse done = ended(name);
    List<String> trials = SAGEMAKER
        .listTrainingJobsForHyperParameterTuningJobPaginator(r -> r.hyperParameterTuningJobName(name).maxResults(2))
        .trainingJobSummaries().stream().map(HyperParameterTrainingJobSummary::trainingJobName).toList();
    create(bucket, name + "-long", 500);
    SAGEMAKER.stopHyperParameterTuningJob(r -> r.hyperParameterTuningJobName(name + "-long"));
    DescribeHyperParameterTuningJobResponse stopped = ended(name + "-long");
    String error = "";
    try {
      describe("no-such-job");
    } catch (SageMakerException refused) {
      error = refused.awsErrorDetails().errorCode();
    }
    String names = trials.stream().map(trial -> "\"" + trial + "\"").collect(Collectors.joining(", "));
    System.out.printf(
        "{\"body\": %s, \"arn\": \"%s\", \"status\": \"%s\", \"best\": \"%s\", \"created\": %d, \"trials\": [%s], "
            + "\"stopped\": \"%s\", \"error\": \"%s\"}%n",
        body.equals(rows), arn, done.hyperParameterTuningJobStatusAsString(), done.bestTrainingJob().trainingJobName(),
        done.creationTime().toEpochMilli(), names, stopped.hyperParameterTuningJobStatusAsString(), error);
  }
}
