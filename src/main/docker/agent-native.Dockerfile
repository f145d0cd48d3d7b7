# The mover agent as a native program; with qemu-img, for --engine qemu-img. Context: the repository.
# Stages: the sources of the native program, the program, qemu-img, and the image.
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-25
ARG BUILDER_IMAGE=quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25
# A C library of the builder's age or newer, and the same distribution with its packages.
ARG BASE_IMAGE=debian:13-slim
ARG PACKAGES_IMAGE=debian:13-slim

FROM ${MAVEN_IMAGE} AS sources
WORKDIR /src
COPY . .
RUN mvn -B -q -pl mover-agent -am -DskipTests -Dspotless.check.skip=true \
      -Dquarkus.native.enabled=true -Dquarkus.native.sources-only=true package

FROM ${BUILDER_IMAGE} AS program
COPY --from=sources /src/mover-agent/target/native-sources /src
WORKDIR /src
# The name of the jar, and so of the program, has the version in it.
RUN native-image $(cat native-image.args) && mv ./*-runner /tmp/program

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

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=packages /qemu-img/ /
COPY --from=program --chmod=755 /tmp/program /opt/virtmover/program
LABEL org.opencontainers.image.title="VirtMover mover agent" \
      org.opencontainers.image.description="Moves the disks of one KubeVirt virtual machine to or from an S3 bucket, and ends" \
      org.opencontainers.image.vendor="VirtMover" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
WORKDIR /opt/virtmover
# The heap of java-options; the data lies outside it.
ENTRYPOINT ["/opt/virtmover/program", "-Xmx48m", "-Xmn8m"]
CMD ["--help"]
