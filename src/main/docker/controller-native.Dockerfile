# The controller as a native program. Context: the repository.
# Stages: the sources of the native program, the program, and an image with nothing else that runs.
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-25
ARG BUILDER_IMAGE=quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25
# The C library and zlib; no shell is needed.
ARG BASE_IMAGE=quay.io/quarkus/ubi9-quarkus-micro-image:2.0

FROM ${MAVEN_IMAGE} AS sources
WORKDIR /src
COPY . .
RUN mvn -B -q -pl controller -am -DskipTests -Dspotless.check.skip=true \
      -Dquarkus.native.enabled=true -Dquarkus.native.sources-only=true package

FROM ${BUILDER_IMAGE} AS program
COPY --from=sources /src/controller/target/native-sources /src
WORKDIR /src
# The name of the jar, and so of the program, has the version in it.
RUN native-image $(cat native-image.args) && mv ./*-runner /tmp/program

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=program --chmod=755 /tmp/program /opt/virtmover/program
LABEL org.opencontainers.image.title="VirtMover controller" \
      org.opencontainers.image.description="Serves Velero's DataUploads and DataDownloads of KubeVirt virtual machines" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
# Settings are read from config/application.properties here, where there is one.
WORKDIR /opt/virtmover
EXPOSE 8080 8443
ENTRYPOINT ["/opt/virtmover/program", "-Xmx96m"]
