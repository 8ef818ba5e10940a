FROM node:24-bookworm-slim AS front-end
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static static
COPY apps/core/ui/icons.json apps/core/ui/
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
WORKDIR /site
COPY requirements.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0:8000
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cpdhub
WORKDIR /site
COPY --from=packages /venv /venv
COPY --from=front-end /site/static static
COPY manage.py gunicorn.conf.py ./
COPY cpdhub cpdhub
COPY apps apps
COPY templates templates
COPY locale locale
COPY deploy/collect-static deploy/collect-static
RUN deploy/collect-static && install --directory --owner=10001 var/media
USER 10001
EXPOSE 8000
VOLUME /site/var/media
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn"]
