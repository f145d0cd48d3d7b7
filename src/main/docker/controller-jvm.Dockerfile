# The controller on the JVM. Context: the repository after ./mvnw package.
# Runs as any user on a read-only root file system; secrets that it reads are short-lived files in /tmp, so mount memory there.
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
COPY src/main/docker/controller-java-options /opt/virtmover/java-options
COPY controller/target/quarkus-app/ /opt/virtmover/
LABEL org.opencontainers.image.title="VirtMover controller" \
      org.opencontainers.image.description="Serves Velero's DataUploads and DataDownloads of KubeVirt virtual machines" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The JVM's own memory does not grow with the node's cores.
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
# Settings are read from config/application.properties here, where there is one.
WORKDIR /opt/virtmover
EXPOSE 8080 8443
ENTRYPOINT ["java", "@/opt/virtmover/java-options", "-jar", "/opt/virtmover/quarkus-run.jar"]
