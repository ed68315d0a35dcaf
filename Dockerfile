# syntax=docker/dockerfile:1
# One image for all services: `docker run … kez-chat gateway`, `… registry`, `… kez admin doctor`.
#   docker build -t kez-chat .                                     checks, builds, and makes the image
#   docker build --target export --output type=local,dest=out .    only what was built, for Dockerfile.runtime

ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

# The manifests of the workspaces, so that dependencies are installed anew only when one of these changes.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN mkdir /manifests \
 && find . -name package.json -exec cp --parents {} /manifests \; \
 && cp package-lock.json .npmrc /manifests

# Everything, for checks and for building the web app.
FROM ${NODE_IMAGE} AS deps
WORKDIR /src
COPY --from=manifests /manifests ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund

# Stops the build when the sources do not hold.
FROM deps AS check
COPY . .
RUN npm run check

FROM check AS web
RUN npm run build:web

# What the services need while they run, and no more.
FROM ${NODE_IMAGE} AS runtime-deps
WORKDIR /app
COPY --from=manifests /manifests ./
RUN rm -rf web bench examples libs/testkit libs/nostr-client
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node

# The whole of /app, put together in one place.
FROM runtime-deps AS app
COPY libs ./libs
COPY services ./services
COPY cli ./cli
COPY deploy/docker ./deploy/docker
COPY LICENSE-MIT LICENSE-APACHE ./
# By which the exported artifacts become an image elsewhere.
COPY Dockerfile.runtime ./Dockerfile
COPY --from=web /src/web/dist ./web/dist
RUN rm -rf libs/testkit libs/nostr-client \
 && find libs services cli -depth \( -name test -o -name simulator -o -name '*.test.ts' \) -exec rm -rf {} +

FROM scratch AS export
COPY --from=app /app /

FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="kez-chat" \
      org.opencontainers.image.description="Self-hostable end-to-end-encrypted chat: gateway, registry, auth responder, relay bridge, push" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# Volumes take over who owns these, so that services which are not root can write there.
RUN for folder in keys/registry keys/auth keys/gateway keys/relay-bridge keys/push keys/nats keys/postgres keys/operator \
      data/nats data/relay-bridge data/push; do \
      install -d -m 0700 -o 10001 -g 10001 "/$folder"; \
    done
COPY --from=app /app /app
WORKDIR /app
ENV NODE_ENV=production
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/deploy/docker/healthy.mjs"]
ENTRYPOINT ["node", "/app/deploy/docker/run.mjs"]
