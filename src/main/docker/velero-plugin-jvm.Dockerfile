# The Velero plugin on the JVM. Context: the repository after ./mvnw package.
# Velero runs it as an init container that copies /plugins to /target, where Velero's server looks. Nothing of an operating
# system is needed there: launcher, C library and runtime come along, and of all files only the launcher can be executed.
ARG BUILDER_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=scratch

FROM ${BUILDER_IMAGE} AS builder
USER 0:0
RUN [ -x /usr/bin/cc ] || { apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev; }
COPY velero-plugin/src/main/launcher/ /launcher/
COPY velero-plugin/target/plugin/ /jars/
RUN /launcher/assemble /jars /plugins

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=builder /plugins/ /plugins/
LABEL org.opencontainers.image.title="VirtMover plugin for Velero" \
      org.opencontainers.image.description="Hands the disks of KubeVirt virtual machines in Velero's backups and restores to VirtMover" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
ENTRYPOINT ["/plugins/virtmover", "--install", "/target"]
