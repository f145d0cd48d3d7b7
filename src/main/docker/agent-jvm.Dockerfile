# The mover agent on the JVM. Context: the repository after ./mvnw package.
# Runs as any user on a read-only root file system; it writes nothing but what it is told to.
ARG BASE_IMAGE=eclipse-temurin:25-jre
# The same distribution with its packages, for the qemu-img of --engine qemu-img.
ARG PACKAGES_IMAGE=eclipse-temurin:25-jre

FROM ${PACKAGES_IMAGE} AS packages
USER 0:0
RUN [ -x /usr/bin/qemu-img ] || { apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-utils; }
# The program and its libraries, but for the C library, which the base image has: it need not have a shell or packages.
RUN install -D /usr/bin/qemu-img /qemu-img/usr/bin/qemu-img \
  && ldd /usr/bin/qemu-img | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so' \
  | while read -r library; do \
      install -D -m 644 "$library" "/qemu-img$(dirname "$(realpath "$library")")/$(basename "$library")" || exit 1; \
    done

FROM ${BASE_IMAGE} AS program
COPY --from=packages /qemu-img/ /
COPY src/main/docker/java-options /opt/virtmover/java-options
COPY mover-agent/target/quarkus-app/ /opt/virtmover/

# The AOT cache: it fits this very runtime and these very jars only, so a backup to servers of the build makes it here.
FROM program AS training
USER 0:0
COPY mover-agent/target/training/ /training/
WORKDIR /training
RUN ["java", "-Djava.io.tmpdir=/training", "-cp", "/training:/opt/virtmover/app/*:/opt/virtmover/lib/main/*", \
  "io.virtmover.agent.training.Training", "java", "@/opt/virtmover/java-options", "-Xmx256m", "-XX:AOTMode=record", \
  "-XX:AOTConfiguration=/training/virtmover.aotconf", "-jar", "/opt/virtmover/quarkus-run.jar"]
RUN ["java", "@/opt/virtmover/java-options", "-Xmx256m", "-XX:AOTMode=create", "-XX:AOTConfiguration=/training/virtmover.aotconf", \
  "-XX:AOTCache=/training/virtmover.aot", "-jar", "/opt/virtmover/quarkus-run.jar"]

FROM program
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=training /training/virtmover.aot /opt/virtmover/virtmover.aot
# A cache that does not fit is passed over in silence when the program runs, but not here.
RUN ["java", "@/opt/virtmover/java-options", "-Xlog:aot*=warning:stderr", "-XX:AOTMode=on", \
  "-XX:AOTCache=/opt/virtmover/virtmover.aot", "-cp", "/opt/virtmover/quarkus-run.jar", "--version"]
LABEL org.opencontainers.image.title="VirtMover mover agent" \
      org.opencontainers.image.description="Moves the disks of one KubeVirt virtual machine to or from an S3 bucket, and ends" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The JVM's own memory does not grow with the node's cores.
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
WORKDIR /opt/virtmover
ENTRYPOINT ["java", "@/opt/virtmover/java-options", "-XX:AOTCache=/opt/virtmover/virtmover.aot", "-jar", "/opt/virtmover/quarkus-run.jar"]
CMD ["--help"]
