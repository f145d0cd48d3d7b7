# The controller on the JVM. Context: the repository after ./mvnw package.
# Runs as any user on a read-only root file system; secrets that it reads are short-lived files in /tmp, so mount memory there.
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BASE_IMAGE} AS program
COPY src/main/docker/controller-java-options /opt/virtmover/java-options
COPY controller/target/quarkus-app/ /opt/virtmover/

# The AOT cache: it fits this very runtime and these very jars only, so a start in a cluster of the build makes it here.
FROM program AS training
USER 0:0
COPY controller/target/training/ /training/
WORKDIR /training
RUN ["java", "-Djava.io.tmpdir=/training", "-cp", "/training", "io.virtmover.controller.training.Training", \
  "java", "@/opt/virtmover/java-options", "-Xmx256m", "-XX:MaxMetaspaceSize=256m", "-XX:AOTMode=record", \
  "-XX:AOTConfiguration=/training/virtmover.aotconf", "-jar", "/opt/virtmover/quarkus-run.jar"]
RUN ["java", "@/opt/virtmover/java-options", "-Xmx256m", "-XX:MaxMetaspaceSize=256m", "-XX:AOTMode=create", \
  "-XX:AOTConfiguration=/training/virtmover.aotconf", "-XX:AOTCache=/training/virtmover.aot", "-jar", "/opt/virtmover/quarkus-run.jar"]

FROM program
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=training /training/virtmover.aot /opt/virtmover/virtmover.aot
# A cache that does not fit is passed over in silence when the program runs, but not here.
RUN ["java", "@/opt/virtmover/java-options", "-Xlog:aot*=warning:stderr", "-XX:AOTMode=on", \
  "-XX:AOTCache=/opt/virtmover/virtmover.aot", "-cp", "/opt/virtmover/quarkus-run.jar", "--version"]
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
ENTRYPOINT ["java", "@/opt/virtmover/java-options", "-XX:AOTCache=/opt/virtmover/virtmover.aot", "-jar", "/opt/virtmover/quarkus-run.jar"]
