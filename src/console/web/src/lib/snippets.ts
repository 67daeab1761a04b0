// SPDX-License-Identifier: Apache-2.0
//
// A tuning job's request as code that asks for the same again. Pure.

/** JSON as a Python literal, indented. */
export function python_literal(value: unknown, indent = 0): string {
  const pad = "    ".repeat(indent + 1);
  const end = "    ".repeat(indent);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  const items = Array.isArray(value)
    ? value.map((v) => pad + python_literal(v, indent + 1))
    : Object.entries(value as object).map(([k, v]) => `${pad}${JSON.stringify(k)}: ${python_literal(v, indent + 1)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return items.length === 0 ? open + close : `${open}\n${items.join(",\n")},\n${end}${close}`;
}

/** Every job needs a name of its own, of at most 32 characters: "name" -> "name-again". */
function renamed(request: Record<string, unknown>, end: string): Record<string, unknown> {
  const name = String(request.HyperParameterTuningJobName ?? "tuning-job");
  return { ...request, HyperParameterTuningJobName: `${name.slice(0, 31 - end.length).replace(/-$/, "")}-${end}` };
}

export function as_boto3(request: Record<string, unknown>, region: string, end = "again"): string {
  const lines = Object.entries(renamed(request, end)).map(([key, value]) => `    ${key}=${python_literal(value, 1)},`);
  return `import boto3

sagemaker = boto3.client("sagemaker", region_name=${JSON.stringify(region)})
sagemaker.create_hyper_parameter_tuning_job(
${lines.join("\n")}
)
`;
}

export function as_aws_cli(request: Record<string, unknown>, region: string): string {
  // A here-document with a quoted end needs no escapes.
  return `aws sagemaker create-hyper-parameter-tuning-job --region ${region} --cli-input-json "$(cat <<'JSON'
${JSON.stringify(renamed(request, "again"), null, 2)}
JSON
)"
`;
}
