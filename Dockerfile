# One recipe for every image of Flotilla, from a clean clone:
#
#   docker build --target app --build-arg APP=pilot -t flotilla/pilot:dev .     or citadel, galley, mixer, cli
#   docker build --target proxy --build-arg APP=agent -t flotilla/proxy:dev .   agent, Envoy, interception
#   docker build --target nats -t flotilla/nats:dev .
#   docker build --target bookshop -t flotilla/bookshop:dev .                   also echo, an application for tests

ARG NODE=node:24-bookworm-slim
ARG ENVOY=envoyproxy/envoy:v1.40.0
ARG NATS=nats:2.15

# What npm has to know, and nothing else: a change of any source leaves the layers of dependencies as they are.
FROM ${NODE} AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

FROM ${NODE} AS dependencies
WORKDIR /src
COPY --from=manifests /src .
RUN npm ci --ignore-scripts && npm cache clean --force

# The few packages that bundles leave outside: tracing, most of it loaded only where it is asked for.
FROM ${NODE} AS tracing
WORKDIR /src
COPY --from=manifests /src .
RUN npm ci --ignore-scripts --omit=dev --workspace=@flotilla/runtime && npm cache clean --force \
 && rm -rf node_modules/@flotilla node_modules/.bin node_modules/.package-lock.json \
 && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' \) -delete

FROM dependencies AS generated
COPY protos protos
COPY libs/envoy-api libs/envoy-api
COPY tools/codegen tools/codegen
RUN node tools/codegen/generate.ts @flotilla/protos && node tools/codegen/generate.ts @flotilla/envoy-api

# The same sources give the same files, their times included.
FROM generated AS build
COPY . .
ARG APP=pilot
ARG SOURCE_DATE_EPOCH=0
RUN node tools/build/bundle.ts apps/${APP} \
 && mkdir -p /out/app /out/data && cp apps/${APP}/dist/main.js LICENSE /out/app/ \
 && npm sbom --package-lock-only --omit=dev --sbom-format=spdx --sbom-type=application --workspace=@flotilla/${APP} \
  | sed -E "s/(\"documentNamespace\".*)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"/\1-${APP}\"/; s/\"created\": \"[^\"]*\"/\"created\": \"$(date --utc --date=@${SOURCE_DATE_EPOCH} +%FT%TZ)\"/" \
  > /out/app/sbom.spdx.json \
 && find /out -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} +

# One app of the control plane, or the command line.
FROM ${NODE} AS app
ARG APP=pilot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="flotilla ${APP}" \
      org.opencontainers.image.description="Part of Flotilla, a service mesh control plane for fleets of Envoys" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      dev.flotilla.sbom="/app/sbom.spdx.json"
# The young generation and the allocator as `npm start` sets them: services live long and hold little for long.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384 \
    FLOTILLA_HOST=0.0.0.0 FLOTILLA_ADMIN_HOST=0.0.0.0 FLOTILLA_DATA_DIR=/var/lib/flotilla
COPY --from=tracing /src/node_modules /app/node_modules
COPY --from=build /out/app /app
COPY docker/healthy.sh /usr/local/bin/healthy
# A volume that is mounted here is made as this folder is: for this user.
COPY --from=build --chown=65532:65532 /out/data /var/lib/flotilla
COPY --from=build --chown=65532:65532 /out/data /var/run/flotilla
WORKDIR /var/lib/flotilla
USER 65532:65532
ENTRYPOINT ["node", "--heap-growing-percent=50", "--invocation-count-for-turbofan=100000", "/app/main.js"]

# What stands beside an application: the agent and a stock Envoy; and, run as root once, interception.
FROM ${ENVOY} AS envoy
FROM ${NODE} AS proxy
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="flotilla proxy" \
      org.opencontainers.image.description="Envoy and the agent that runs it, for Flotilla's mesh" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      dev.flotilla.sbom="/app/sbom.spdx.json"
RUN apt-get update && apt-get install --yes --no-install-recommends iptables && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=2 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384 \
    FLOTILLA_RUN_DIR=/var/lib/flotilla/run FLOTILLA_LOG_DIR=/var/lib/flotilla/logs
COPY --from=envoy /usr/local/bin/envoy /usr/local/bin/envoy
COPY --from=tracing /src/node_modules /app/node_modules
COPY --from=build /out/app /app
COPY --from=build --chown=1337:1337 /out/data /var/lib/flotilla
COPY docker/intercept.sh /usr/local/bin/intercept
COPY docker/healthy.sh /usr/local/bin/healthy
WORKDIR /var/lib/flotilla
USER 1337:1337
# Interpreted only, as `npm start` runs the agent: it has so little to do that compilers cost more memory than they save time.
ENTRYPOINT ["node", "--heap-growing-percent=50", "--max-opt=0", "/app/main.js"]

# The server as it is published has no program that could tell how it is; beside a shell it has.
FROM ${NATS} AS nats-server
FROM ${NODE} AS nats
LABEL org.opencontainers.image.title="flotilla nats" \
      org.opencontainers.image.description="nats-server with a health check, for Flotilla's mesh" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=nats-server /nats-server /usr/local/bin/nats-server
COPY docker/healthy.sh /usr/local/bin/healthy
COPY --from=build --chown=65532:65532 /out/data /var/lib/flotilla
USER 65532:65532
ENTRYPOINT ["nats-server"]

# The demo: an application is chosen by the file that is run, as `ratings.ts`.
FROM ${NODE} AS bookshop
LABEL org.opencontainers.image.title="flotilla bookshop" \
      org.opencontainers.image.description="The services of Flotilla's demo" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=2 MALLOC_ARENA_MAX=1
COPY docker/healthy.sh /usr/local/bin/healthy
COPY examples/bookshop/package.json examples/bookshop/src /app/
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["node"]

# An application that answers, and calls others, as a test tells it to.
FROM generated AS echo-build
COPY . .
RUN node tools/build/bundle.ts examples/echo

FROM ${NODE} AS echo
LABEL org.opencontainers.image.title="flotilla echo" \
      org.opencontainers.image.description="The application of Flotilla's tests" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY docker/healthy.sh /usr/local/bin/healthy
COPY --from=echo-build /src/examples/echo/dist/main.js /app/main.js
USER 65532:65532
ENTRYPOINT ["node", "/app/main.js"]
