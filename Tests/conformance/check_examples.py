"""Checks docs/examples/*.yaml and the example of a report against docs/schema/ by validators that we did not write.

Needs PyPI's jsonschema and PyYAML. Ends 1 where an example does not fit, or does not name the schema.
"""

import json
import pathlib
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2 knows no dates: 2026-01-01 is text, as it is for editors and for mailscope."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = "# yaml-language-server: $schema=../schema/mailscope.schema.json"


def main() -> int:
    schema = json.loads((ROOT / "docs/schema/mailscope.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    examples = sorted((ROOT / "docs/examples").glob("*.yaml"))
    failures = 0 if examples else 1
    for example in examples:
        text = example.read_text()
        faults = [] if text.startswith(HEADER + "\n") else ["the first line does not name the schema"]
        for error in validator.iter_errors(yaml.load(text, Loader)):
            faults.append(f"{error.json_path}: {error.message}")
        for fault in faults:
            print(f"{example.relative_to(ROOT)}: {fault}", file=sys.stderr)
        failures += len(faults)
        print(f"{example.relative_to(ROOT)}: {'ok' if not faults else 'does not fit'}")
    failures += check_report()
    return 1 if failures else 0


def check_report() -> int:
    """The report that the documentation shows must fit its schema; one that contradicts itself must not."""
    schema = json.loads((ROOT / "docs/schema/verification-report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    path = ROOT / "docs/schema/verification-report.example.json"
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(path.read_text()))]
    for key, value in {"verdict": "confined", "schema": "mailscope.verify-scope/2", "started": "today", "extra": 1}.items():
        changed = json.loads(path.read_text()) | {key: value}
        if validator.is_valid(changed):
            faults.append(f"{key} = {value!r} is taken")
    for fault in faults:
        print(f"{path.relative_to(ROOT)}: {fault}", file=sys.stderr)
    print(f"{path.relative_to(ROOT)}: {'ok' if not faults else 'does not fit'}")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
