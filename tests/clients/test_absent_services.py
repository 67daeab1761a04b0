# SPDX-License-Identifier: Apache-2.0
"""What else speaks for SageMaker and is not here: refused by name, in a form that boto3 understands."""
import boto3
import botocore.exceptions
import pytest

CALLS = {
    "sagemaker-featurestore-runtime": [
        ("GetRecord", {"FeatureGroupName": "features", "RecordIdentifierValueAsString": "1"}),
        ("PutRecord", {"FeatureGroupName": "features", "Record": [{"FeatureName": "a", "ValueAsString": "1"}]}),
        ("DeleteRecord", {"FeatureGroupName": "features", "RecordIdentifierValueAsString": "1", "EventTime": "1"}),
        ("BatchGetRecord", {"Identifiers": [{"FeatureGroupName": "features", "RecordIdentifiersValueAsString": ["1"]}]})],
    "sagemaker-edge": [("GetDeviceRegistration", {"DeviceName": "device", "DeviceFleetName": "fleet"}),
                       ("SendHeartbeat", {"AgentVersion": "1", "DeviceName": "device", "DeviceFleetName": "fleet"})],
    "sagemaker-a2i-runtime": [
        ("ListHumanLoops", {"FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"}),
        ("StopHumanLoop", {"HumanLoopName": "loop"}), ("DescribeHumanLoop", {"HumanLoopName": "loop"})],
    "sagemaker-geospatial": [("ListRasterDataCollections", {}), ("ListEarthObservationJobs", {})],
}


@pytest.mark.parametrize("service", CALLS)
def test_each_operation_is_refused_by_its_name(aws, service):
    client = boto3.client(service, config=boto3.session.Config(retries={"total_max_attempts": 1}))
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    for operation, arguments in CALLS[service]:
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            getattr(client, methods[operation])(**arguments)
        error = raised.value.response
        assert error["Error"]["Code"] == "UnknownOperationException", error
        assert error["Error"]["Message"].startswith("Tunesmith does not implement ")
        assert error["Error"]["Message"].endswith("." + operation)
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400 and error["ResponseMetadata"]["RequestId"]


def test_the_services_beside_them_answer(aws, sagemaker):
    assert "Endpoints" in sagemaker.list_endpoints()
    metrics = boto3.client("sagemaker-metrics", config=boto3.session.Config(retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ClientError, match="does not implement SageMaker Metrics.BatchGetMetrics"):
        metrics.batch_get_metrics(MetricQueries=[{"MetricName": "loss", "ResourceArn": "arn:aws:sagemaker:us-east-1:1:x/y",
                                                  "MetricStat": "Max", "Period": "OneMinute", "XAxisType": "Timestamp"}])
