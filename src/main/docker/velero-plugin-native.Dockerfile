# The Velero plugin as one native program. Context: the repository.
# Stages: the jars, the program, and an image with nothing else. It needs no C library but the one of Velero's image.
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-25
ARG BUILDER_IMAGE=quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25
ARG BASE_IMAGE=quay.io/quarkus/ubi9-quarkus-micro-image:2.0

FROM ${MAVEN_IMAGE} AS jars
WORKDIR /src
COPY . .
RUN mvn -B -q -pl velero-plugin -am -DskipTests -Dspotless.check.skip=true package

FROM ${BUILDER_IMAGE} AS program
COPY --from=jars /src/velero-plugin/target/plugin /jars
WORKDIR /tmp
RUN native-image --no-fallback -O2 --gc=serial -R:MaxHeapSize=96m -march=compatibility \
      -H:+UnlockExperimentalVMOptions -H:+StaticExecutableWithDynamicLibC -H:-UnlockExperimentalVMOptions \
      -cp "/jars/*:/jars/lib/*" io.virtmover.velero.Main virtmover

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=program --chmod=755 /tmp/virtmover /plugins/virtmover
LABEL org.opencontainers.image.title="VirtMover plugin for Velero" \
      org.opencontainers.image.description="Hands the disks of KubeVirt virtual machines in Velero's backups and restores to VirtMover" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
ENTRYPOINT ["/plugins/virtmover", "--install", "/target"]
