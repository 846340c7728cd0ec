"""Pages of a mailbox as files, and nginx to serve them over TLS the way Graph would answer mailscope's queries."""

import json
import os
import pathlib
import random
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

PAGES, MESSAGES = 200, 100


def moment(index: int) -> str:
    return (datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=index * 10)).strftime("%Y-%m-%dT%H:%M:%SZ")


def element(index: int, chance: random.Random) -> dict:
    line = lambda: "".join(chance.choices("abcdefghijklmnopqrst     ", k=76))  # noqa: E731
    words = "\r\n".join(f"<p style=\"margin:0\">{line()}</p>" for _ in range(chance.randint(40, 150)))
    return {
        "@odata.etag": f'W/"CQAAABYAAAA{index:08d}"',
        "id": f"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A{index:032d}",
        "receivedDateTime": moment(index),
        "subject": f"Message {index}",
        "hasAttachments": False,
        "isRead": index % 2 == 0,
        "body": {"contentType": "html", "content": f'<html><body class="x">{words}</body></html>'},
        "from": {"emailAddress": {"name": "Räder \"Q\"", "address": "q@contoso.test"}},
    }


class Nginx:
    """Serves `PAGES` files by the lower bound in the query; `close` ends it by its own process id."""

    def __init__(self, folder: pathlib.Path, mailbox: str, port: int):
        self.folder, self.port = folder, port
        folder.mkdir()
        chance = random.Random(1)
        self.sizes = []
        lines = []
        for page in range(PAGES):
            elements = [element(page * MESSAGES + i, chance) for i in range(MESSAGES)]
            body = {"@odata.context": "https://localhost/v1.0/$metadata#users", "value": elements}
            if page + 1 < PAGES:
                body["@odata.nextLink"] = f"https://localhost:{port}/v1.0/users/{mailbox}/messages?$skip={(page + 1) * MESSAGES}"
            text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
            (folder / f"page-{page}.json").write_bytes(text)
            self.sizes.append(len(text))
            bound = "1900-01-01T00" if page == 0 else moment(page * MESSAGES - 1)[:19]
            pattern = bound.replace(":", "(:|%3A)")
            lines.append(f'    "~*ge(%20|\\+){pattern}" {page};')
        empty = json.dumps({"value": []}).encode()
        (folder / f"page-{PAGES}.json").write_bytes(empty)
        last = moment(PAGES * MESSAGES - 1)[:19].replace(":", "(:|%3A)")
        lines.append(f'    "~*ge(%20|\\+){last}" {PAGES};')
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "tls.key", "-out", folder / "tls.pem"],
            check=True, capture_output=True,
        )
        mapping = "\n".join(lines)
        (folder / "nginx.conf").write_text(
            f"""
{"user root;" if os.getuid() == 0 else ""} daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000; map_hash_max_size 8192; default_type application/json;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $args $page {{
    default {PAGES};
{mapping}
  }}
  server {{
    listen 127.0.0.1:{port} ssl; server_name localhost;
    ssl_certificate {folder}/tls.pem; ssl_certificate_key {folder}/tls.key;
    location ~ ^/v1.0/users/ {{ root {folder}; try_files /page-$page.json =404; }}
    location /pages/ {{ alias {folder}/; }}
  }}
}}
"""
        )
        self.program = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
        for _ in range(100):
            if (folder / "nginx.pid").exists() and (folder / "nginx.pid").read_text().strip():
                return
            time.sleep(0.05)
        raise SystemExit("nginx did not start")

    def close(self):
        self.program.send_signal(signal.SIGQUIT)
        self.program.wait(timeout=20)
