# Production image: web, workers and relay are the same image with different commands.
FROM python:3.12-slim-bookworm AS packages
COPY requirements /requirements
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes -r /requirements/base.txt

FROM python:3.12-slim-bookworm
# Pango and HarfBuzz lay out the PDFs; the Chinese font comes with the Python packages.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin kuaqu \
 && install -d -o kuaqu -g kuaqu /var/lib/kuaqu /var/lib/kuaqu/media /var/lib/kuaqu/state
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    KUAQU_ENV=production \
    KUAQU_DEMO=0 \
    STATE_DIR=/var/lib/kuaqu/state \
    MEDIA_DIR=/var/lib/kuaqu/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/kuaqu
COPY . .
# Static files and compiled texts belong to the image. The secrets below are of this one step:
# settings refuse to load in production without any, and nothing keeps them.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    FIELD_KEY="$(python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
    DATABASE_URL=postgresql://build@127.0.0.1/build \
    REDIS_URL=redis://127.0.0.1/0 \
    DOMAIN=build.invalid \
    sh -c 'python manage.py collectstatic --noinput \
      && python -c "import django; django.setup(); from common.translations import compile_all; compile_all()"' \
 && python -m compileall -q .
USER kuaqu
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "8", \
     "--access-logfile", "-", "--worker-tmp-dir", "/dev/shm"]
