// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.virtmover.lab.junit.ApiWrite;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.programs.LabPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The product as the chart installs it, with the images that the last build made: the one in the
 * lab's Velero namespace, which tests share, or one that a test may do to what it likes.
 */
final class InstalledProduct implements AutoCloseable {
  /** Velero's namespace. */
  static final String NAMESPACE = "velero";

  /** The release, and the name of most of its objects. */
  static final String NAME = "virtmover";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGE = "virtmover-controller";
  private static final int MANAGEMENT = 8080;

  /** Of the first test; it may be gone, but leads to the lab. */
  private final LabNamespace lab;

  private final String namespace;
  private final List<String> settings;
  private final Queue<PlacedRequest> placed = new ConcurrentLinkedQueue<>();

  private InstalledProduct(LabNamespace lab, String namespace, List<String> settings) {
    this.lab = lab;
    this.namespace = namespace;
    this.settings = settings;
  }

  /** Brings the node the images of the last build, installs the chart, waits until it is ready. */
  static InstalledProduct in(LabNamespace lab) {
    var product = new InstalledProduct(lab, NAMESPACE, List.of());
    product.install();
    return product;
  }

  /**
   * Installs another one for a test alone, in a namespace of its own that has Velero's locations.
   *
   * @param settings of the chart, as {@code helm --set} takes them
   */
  static InstalledProduct alone(LabNamespace lab, String... settings) {
    var product = new InstalledProduct(lab, lab.name() + "-velero", List.of(settings));
    product.makeNamespace();
    product.install();
    return product;
  }

  /**
   * Installs another one beside a Velero that is for tests alone.
   *
   * @param settings of the chart, as {@code helm --set} takes them
   */
  static InstalledProduct beside(InstalledVelero velero, LabNamespace lab, String... settings) {
    var product = new InstalledProduct(lab, velero.namespace(), List.of(settings));
    product.install();
    return product;
  }

  private void makeNamespace() {
    lab.createNamespace(namespace);
    client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("cloud-credentials")
                .withNamespace(namespace)
                .endMetadata()
                .addToStringData("cloud", lab.s3Credentials())
                .build())
        .create();
    for (var location :
        client()
            .genericKubernetesResources(VeleroKinds.LOCATION)
            .inNamespace(NAMESPACE)
            .list()
            .getItems()) {
      var name = location.getMetadata().getName();
      location.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
      client().resource(location).create();
    }
  }

  /** Where its requests, its controller and its movers are. */
  String namespace() {
    return namespace;
  }

  /** Who its controller is for the API server. */
  String user() {
    return "system:serviceaccount:%s:virtmover-controller".formatted(namespace);
  }

  /** What the controller has changed; its lease aside, which it renews as long as it lives. */
  List<ApiWrite> writes() {
    return lab.writes().stream()
        .filter(write -> write.user().equals(user()))
        .filter(write -> write.isStored() && !write.resource().equals("leases"))
        .toList();
  }

  /** Installs the chart, or upgrades what is there; another image restarts the controller. */
  void install() {
    var helm = LabPrograms.script("helm/check").getParent();
    var words =
        new ArrayList<>(
            List.of(
                "helm",
                "upgrade",
                "--install",
                NAME,
                helm.resolve("virtmover").toString(),
                "--namespace",
                namespace,
                "--values",
                helm.resolve("lab.values.yaml").toString(),
                "--set-string",
                "controller.podAnnotations.lab-image=" + image()));
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    var _ = lab.command(words.toArray(String[]::new));
    awaitReady();
  }

  /** The controller's image in the node, by what it was built from. */
  private String image() {
    return lab.command("images")
        .lines()
        .filter(line -> line.startsWith(IMAGE + " "))
        .map(line -> line.substring(IMAGE.length()).strip())
        .filter(hash -> hash.matches("[0-9a-f]+"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no image " + IMAGE + "; ./mvnw package"));
  }

  /** Waits until the controller is ready, with its latest settings and no older pod beside it. */
  void awaitReady() {
    try {
      lab.await(deploymentAt(), "the controller is ready", InstalledProduct::isRolledOut);
    } catch (AssertionError e) {
      e.addSuppressed(new AssertionError("what the controller has logged:\n" + logIfAny()));
      throw e;
    }
  }

  private String logIfAny() {
    try {
      return log();
    } catch (KubernetesClientException | AssertionError e) {
      return "nothing: " + e.getMessage();
    }
  }

  /** The controller's Deployment. */
  Deployment deployment() {
    return deploymentAt().require();
  }

  private RollableScalableResource<Deployment> deploymentAt() {
    return client().apps().deployments().inNamespace(namespace).withName(NAME);
  }

  private static boolean isRolledOut(@Nullable Deployment deployment) {
    if (deployment == null || deployment.getStatus() == null) {
      return false;
    }
    var status = deployment.getStatus();
    return deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
        && Stream.of(
                status.getReplicas(), status.getUpdatedReplicas(), status.getAvailableReplicas())
            .allMatch(deployment.getSpec().getReplicas()::equals);
  }

  /** The client of the lab's administrator. */
  KubernetesClient client() {
    return lab.client();
  }

  /** The controller's pod. */
  Pod pod() {
    return pods().list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the controller has no pod"));
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> pods() {
    return client()
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", NAME)
        .withLabel("app.kubernetes.io/component", "controller");
  }

  /**
   * How often the controller's container ended in its pod, without the last time if it ended itself
   * because the API server was away for longer than its lease allows.
   */
  int restarts() {
    var pod = pod();
    var count = pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    return count > 0 && hasLostLease(pod.getMetadata().getName()) ? count - 1 : count;
  }

  private boolean hasLostLease(String pod) {
    return client()
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .terminated()
        .getLog()
        .contains("it could not be renewed for");
  }

  /** What the controller has logged since it was started. */
  String log() {
    return client().pods().inNamespace(namespace).withName(pod().getMetadata().getName()).getLog();
  }

  /** What health or metrics answer, for example {@code /q/metrics}. */
  String manage(String path) {
    return client()
        .raw(
            "/api/v1/namespaces/%s/pods/%s:%d/proxy%s"
                .formatted(namespace, pod().getMetadata().getName(), MANAGEMENT, path));
  }

  /** The controller's resident memory as the node counts it. */
  double residentMiB() throws JsonProcessingException {
    var pod = pod().getMetadata().getName();
    var summary = client().raw("/api/v1/nodes/lab/proxy/stats/summary");
    for (var one : JSON.readTree(summary).path("pods")) {
      if (one.path("podRef").path("name").asText().equals(pod)) {
        return one.path("memory").path("rssBytes").asDouble() / (1 << 20);
      }
    }
    throw new AssertionError("the node counts no memory of " + pod);
  }

  /** Kills the controller as a node's death does, without a last word; another one comes. */
  void kill() {
    var dying = pod().getMetadata().getName();
    client().pods().inNamespace(namespace).withName(dying).withGracePeriod(0).delete();
    // The Deployment learns of it a moment later, so its word does not count yet.
    var _ =
        lab.awaitAll(
            pods(),
            "another controller is ready",
            all -> all.stream().anyMatch(pod -> isAfter(dying, pod)));
    awaitReady();
  }

  private static boolean isAfter(String dying, Pod pod) {
    return !pod.getMetadata().getName().equals(dying) && Readiness.isPodReady(pod);
  }

  /** Ends the controller and lets none come, until {@link #start}. */
  void stop() {
    var _ = deploymentAt().scale(0);
    lab.await(deploymentAt(), "there is no controller", InstalledProduct::isDown);
  }

  private static boolean isDown(@Nullable Deployment deployment) {
    return deployment != null
        && deployment
            .getMetadata()
            .getGeneration()
            .equals(deployment.getStatus().getObservedGeneration())
        && (deployment.getStatus().getReplicas() == null
            || deployment.getStatus().getReplicas() == 0);
  }

  /** Lets a controller come again. */
  void start() {
    var _ = deploymentAt().scale(1);
    awaitReady();
  }

  /**
   * The same.
   *
   * @return how long after its container has started it is ready, both as the API server tells it
   */
  Duration startAndTime() {
    var isStarted = once(InstalledProduct::isStarted);
    var isReady = once(Readiness::isPodReady);
    var started = time(isStarted);
    var ready = time(isReady);
    try {
      start();
      return Duration.ofNanos(ready.join() - started.join());
    } finally {
      var _ = isStarted.cancel(true);
      var _ = isReady.cancel(true);
    }
  }

  /** From now on: done when this is so of a controller that is not being ended. */
  private CompletableFuture<List<Pod>> once(Predicate<Pod> isSo) {
    return pods()
        .informOnCondition(
            all ->
                all.stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .anyMatch(isSo));
  }

  private static CompletableFuture<Long> time(CompletableFuture<?> event) {
    return event
        .thenApply(_ -> System.nanoTime())
        .orTimeout(LabNamespace.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean isStarted(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .anyMatch(container -> container.getState().getRunning() != null);
  }

  /**
   * Makes a Velero Backup or Restore that is under way. Only in the namespace of a product that is
   * {@link #alone}: there no Velero sees it.
   */
  GenericKubernetesResource veleros(
      ResourceDefinitionContext kind, String name, Map<String, String> annotations) {
    var object = RequestObjects.make(kind, name, Map.of(), annotations, Map.of());
    object.setAdditionalProperty("status", Map.of("phase", "InProgress"));
    return client().resource(object).inNamespace(namespace).create();
  }

  /** Asks for a backup. */
  PlacedRequest place(UploadOrder order) {
    return place(VeleroKinds.DATA_UPLOAD, order.object());
  }

  /** Asks for a disk of a backup. */
  PlacedRequest place(DownloadOrder order) {
    return place(VeleroKinds.DATA_DOWNLOAD, order.object());
  }

  private PlacedRequest place(ResourceDefinitionContext kind, GenericKubernetesResource object) {
    object.getMetadata().setNamespace(namespace);
    var requests = client().genericKubernetesResources(kind).inNamespace(namespace);
    var made = requests.resource(object).create();
    var request = new PlacedRequest(lab, requests.withName(made.getMetadata().getName()), made);
    placed.add(request);
    return request;
  }

  /** The requests of all tests that are still there. */
  List<GenericKubernetesResource> requests() {
    return placed.stream()
        .map(request -> request.resource().get())
        .filter(request -> request != null)
        .toList();
  }

  /** Deletes the requests while somebody honours their finalizers, and uninstalls the chart. */
  @Override
  public void close() {
    placed.forEach(PlacedRequest::delete);
    var _ = lab.command("helm", "uninstall", NAME, "--namespace", namespace, "--wait");
    if (!namespace.equals(NAMESPACE)) {
      client().namespaces().withName(namespace).delete();
    }
  }
}
