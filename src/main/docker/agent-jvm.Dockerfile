# The mover agent on the JVM. Context: the repository after ./mvnw package.
# Runs as any user on a read-only root file system; it writes nothing but what it is told to.
ARG BASE_IMAGE=eclipse-temurin:25-jre
FROM ${BASE_IMAGE}
COPY src/main/docker/java-options /opt/virtmover/java-options
COPY mover-agent/target/quarkus-app/ /opt/virtmover/
# The JVM's own memory does not grow with the node's cores.
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
WORKDIR /opt/virtmover
ENTRYPOINT ["java", "@/opt/virtmover/java-options", "-jar", "/opt/virtmover/quarkus-run.jar"]
CMD ["--help"]
