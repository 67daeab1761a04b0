// SPDX-License-Identifier: Apache-2.0

// The life of a tuning job through the AWS SDK for Go. Arguments: bucket, job name. Prints what it saw as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/smithy-go"
)

var ctx = context.Background()

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func channel(bucket, name string) types.Channel {
	return types.Channel{
		ChannelName: aws.String(name), ContentType: aws.String("csv"),
		DataSource: &types.DataSource{S3DataSource: &types.S3DataSource{
			S3DataType: types.S3DataTypeS3Prefix, S3Uri: aws.String("s3://" + bucket + "/in")}},
	}
}

func create(client *sagemaker.Client, bucket, name string, trials int32) string {
	out := must(client.CreateHyperParameterTuningJob(ctx, &sagemaker.CreateHyperParameterTuningJobInput{
		HyperParameterTuningJobName: aws.String(name),
		HyperParameterTuningJobConfig: &types.HyperParameterTuningJobConfig{
			Strategy: types.HyperParameterTuningJobStrategyTypeRandom,
			HyperParameterTuningJobObjective: &types.HyperParameterTuningJobObjective{
				Type: types.HyperParameterTuningJobObjectiveTypeMaximize, MetricName: aws.String("validation:auc")},
			ResourceLimits: &types.ResourceLimits{
				MaxNumberOfTrainingJobs: aws.Int32(trials), MaxParallelTrainingJobs: aws.Int32(2)},
			ParameterRanges: &types.ParameterRanges{ContinuousParameterRanges: []types.ContinuousParameterRange{
				{Name: aws.String("eta"), MinValue: aws.String("0.1"), MaxValue: aws.String("0.9")}}},
		},
		TrainingJobDefinition: &types.HyperParameterTrainingJobDefinition{
			AlgorithmSpecification: &types.HyperParameterAlgorithmSpecification{
				TrainingImage:     aws.String("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"),
				TrainingInputMode: types.TrainingInputModeFile},
			RoleArn: aws.String("arn:aws:iam::123456789012:role/TunesmithExecutionRole"),
			StaticHyperParameters: map[string]string{
				"num_round": "3", "objective": "binary:logistic", "eval_metric": "auc"},
			InputDataConfig:  []types.Channel{channel(bucket, "train"), channel(bucket, "validation")},
			OutputDataConfig: &types.OutputDataConfig{S3OutputPath: aws.String("s3://" + bucket + "/out")},
			ResourceConfig: &types.ResourceConfig{InstanceType: types.TrainingInstanceTypeMlM5Large,
				InstanceCount: aws.Int32(1), VolumeSizeInGB: aws.Int32(1)},
			StoppingCondition: &types.StoppingCondition{MaxRuntimeInSeconds: aws.Int32(600)},
		},
	}))
	return *out.HyperParameterTuningJobArn
}

func describe(client *sagemaker.Client, name string) (*sagemaker.DescribeHyperParameterTuningJobOutput, error) {
	return client.DescribeHyperParameterTuningJob(ctx,
		&sagemaker.DescribeHyperParameterTuningJobInput{HyperParameterTuningJobName: aws.String(name)})
}

func ended(client *sagemaker.Client, name string) *sagemaker.DescribeHyperParameterTuningJobOutput {
	for {
		seen := must(describe(client, name))
		status := seen.HyperParameterTuningJobStatus
		if status != types.HyperParameterTuningJobStatusInProgress && status != types.HyperParameterTuningJobStatusStopping {
			return seen
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func main() {
	bucket, name := os.Args[1], os.Args[2]
	settings := must(config.LoadDefaultConfig(ctx))
	store := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	client := sagemaker.NewFromConfig(settings)

	must(store.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}))
	var rows strings.Builder
	for i := range 200 {
		fmt.Fprintf(&rows, "%d,%d,%d\n", i%2, i, i%7)
	}
	must(store.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String("in/train.csv"), Body: strings.NewReader(rows.String())}))
	object := must(store.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("in/train.csv")}))
	body := must(io.ReadAll(object.Body))

	arn := create(client, bucket, name, 3)
	done := ended(client, name)
	var trials []string
	pages := sagemaker.NewListTrainingJobsForHyperParameterTuningJobPaginator(client,
		&sagemaker.ListTrainingJobsForHyperParameterTuningJobInput{
			HyperParameterTuningJobName: &name, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		for _, trial := range must(pages.NextPage(ctx)).TrainingJobSummaries {
			trials = append(trials, *trial.TrainingJobName)
		}
	}
	long := name + "-long"
	create(client, bucket, long, 500)
	must(client.StopHyperParameterTuningJob(ctx, &sagemaker.StopHyperParameterTuningJobInput{HyperParameterTuningJobName: &long}))
	stopped := ended(client, long)
	_, err := describe(client, "no-such-job")
	var refused smithy.APIError
	errors.As(err, &refused)
	out := must(json.Marshal(map[string]any{
		"body": string(body) == rows.String(), "arn": arn, "status": done.HyperParameterTuningJobStatus,
		"best": *done.BestTrainingJob.TrainingJobName, "created": done.CreationTime.UnixMilli(), "trials": trials,
		"stopped": stopped.HyperParameterTuningJobStatus, "error": refused.ErrorCode(),
	}))
	fmt.Println(string(out))
}
