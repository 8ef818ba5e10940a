"""How gunicorn serves the site, on a laptop and in production (WEB_CONCURRENCY: processes)."""

import os

wsgi_app = "cpdhub.wsgi"
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 25
max_requests = 5000
max_requests_jitter = 500
forwarded_allow_ips = "*"  # nothing but the reverse proxy reaches it
control_socket_disable = True
accesslog = None  # the site logs its requests itself, without query strings
