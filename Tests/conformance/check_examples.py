"""Checks docs/examples/*.yaml against docs/schema/mailscope.schema.json by validators that we did not write.

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
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
