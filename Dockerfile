# The newest LTS of Node.js. The bundle is the same for every processor: it is built once, on the machine's own.
FROM --platform=$BUILDPLATFORM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY sandbox sandbox
COPY site site
COPY docs docs
COPY README.md CHANGELOG.md SECURITY.md ./
COPY fixtures/default.yaml fixtures/
RUN npm run build

# Node.js and the libraries that it needs, without a shell: about half the size. The weekly build takes its fixes.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
LABEL org.opencontainers.image.title="tao-upload-emulator" \
      org.opencontainers.image.description="An emulator of the TAO Advance rostering API" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4080 \
    TAO_EMULATOR_FIXTURES=/fixtures
WORKDIR /app
# The command is bundled with what it depends on: there is nothing to install.
COPY --from=build /app/dist/bundle dist/bundle
COPY --from=build /app/dist/sandbox dist/sandbox
COPY --from=build /app/dist/docs dist/docs
COPY --from=build /app/dist/default-fixtures.json /app/dist/THIRD_PARTY_LICENSES.txt dist/
COPY package.json LICENSE docker/health-check.js ./
# The package's own copy, and the one place where others are mounted.
COPY fixtures fixtures
COPY openapi openapi
COPY fixtures/default.yaml /fixtures/
USER 1000
EXPOSE 4080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
  CMD ["/nodejs/bin/node", "health-check.js"]
ENTRYPOINT ["/nodejs/bin/node", "dist/bundle/cli.js"]
