// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A DataUpload or DataDownload in Velero's namespace. Every wait ends by a deadline. */
final class PlacedRequest {
  /** Within which the product has to begin to stop what is canceled. */
  static final Duration CANCEL_IS_HONOURED = Duration.ofSeconds(10);

  private static final Set<String> ENDS = Set.of("Completed", "Failed", "Canceled");
  private static final List<String> COURSE =
      List.of("", "New", "Accepted", "Prepared", "InProgress", "Completed");

  private final LabNamespace lab;
  private final Resource<GenericKubernetesResource> resource;
  private final String title;

  PlacedRequest(
      LabNamespace lab,
      Resource<GenericKubernetesResource> resource,
      GenericKubernetesResource made) {
    this.lab = lab;
    this.resource = resource;
    this.title = made.getKind() + " " + made.getMetadata().getName();
  }

  /** Where it is. */
  Resource<GenericKubernetesResource> resource() {
    return resource;
  }

  /** As it is now. */
  GenericKubernetesResource now() {
    return resource.require();
  }

  /** Its phase; empty while nobody has taken it. */
  static String phase(GenericKubernetesResource request) {
    return Fields.of(request).text("status", "phase").orElse("");
  }

  /** What its status tells users; empty without a message. */
  static String message(GenericKubernetesResource request) {
    return Fields.of(request).text("status", "message").orElse("");
  }

  /** What a restore needs; empty before the end. */
  static String snapshotId(GenericKubernetesResource request) {
    return Fields.of(request).text("status", "snapshotID").orElse("");
  }

  /**
   * Asks for it to be stopped, as Velero does, and waits until the product has begun to.
   *
   * @return how long that took
   */
  Duration cancel() {
    var asked = System.nanoTime();
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"cancel\": true}}");
    var _ = awaitPhase("Canceling", "Canceled", "Completed");
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  /** Waits for one of the phases; another end than these fails at once. */
  GenericKubernetesResource awaitPhase(String... phases) {
    var wanted = Set.of(phases);
    var reached =
        await(
            title + " is " + String.join(" or ", phases),
            request -> wanted.contains(phase(request)) || ENDS.contains(phase(request)));
    if (!wanted.contains(phase(reached))) {
      throw new AssertionError(
          "%s should be %s and is %s:%n%s"
              .formatted(
                  title,
                  String.join(" or ", phases),
                  phase(reached),
                  lab.client().getKubernetesSerialization().asYaml(reached)));
    }
    return reached;
  }

  /**
   * Waits for its end, whichever it is; for requests that stand in a queue.
   *
   * @param patience how long
   */
  GenericKubernetesResource awaitEnd(Duration patience) {
    return resource.waitUntilCondition(
        request -> isThere(request) && ENDS.contains(phase(request)),
        patience.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Waits until it is in a phase or past it, on the way to being completed. */
  GenericKubernetesResource awaitAtLeast(String phase) {
    return awaitPhase(COURSE.subList(COURSE.indexOf(phase), COURSE.size()).toArray(String[]::new));
  }

  /** Waits until it is completed; another end fails with the status. */
  GenericKubernetesResource awaitCompleted() {
    return awaitPhase("Completed");
  }

  /** Waits until it failed; the message. */
  String awaitFailed() {
    return message(awaitPhase("Failed"));
  }

  /** Waits until it was canceled; the message. */
  String awaitCanceled() {
    return message(awaitPhase("Canceled"));
  }

  /** Waits until its message has these words. */
  void awaitMessage(String words) {
    var _ = await(title + " says '" + words + "'", request -> message(request).contains(words));
  }

  /** Waits until it tells how far it is, in its middle. */
  void awaitProgress() {
    var _ =
        await(
            title + " tells how far it is",
            request -> {
              var done = progress(request, "bytesDone");
              return done > 0 && done < progress(request, "totalBytes");
            });
  }

  private static long progress(GenericKubernetesResource request, String field) {
    return request.get("status", "progress", field) instanceof Number bytes ? bytes.longValue() : 0;
  }

  String name() {
    return now().getMetadata().getName();
  }

  /** The reasons of the events that tell about it. */
  List<String> told() {
    var about = now().getMetadata();
    return lab.client().v1().events().inNamespace(about.getNamespace()).list().getItems().stream()
        .filter(event -> about.getUid().equals(event.getInvolvedObject().getUid()))
        .map(Event::getReason)
        .toList();
  }

  /** What its objects are found by. */
  String uid() {
    return now().getMetadata().getUid();
  }

  /** Waits until the product has cleaned up behind it, and holds it no longer. */
  GenericKubernetesResource awaitReleased() {
    return await(
        title + " is released",
        request -> !request.getMetadata().getFinalizers().contains("virtmover.io/cleanup"));
  }

  /** Deletes it and waits until it is gone, with its finalizers. */
  void delete() {
    resource.delete();
    awaitGone();
  }

  /** Waits until it is gone, with its finalizers. */
  void awaitGone() {
    lab.await(resource, title + " is gone", gone -> gone == null);
  }

  private GenericKubernetesResource await(String what, Predicate<GenericKubernetesResource> isSo) {
    return lab.await(resource, what, request -> isThere(request) && isSo.test(request));
  }

  private static boolean isThere(@Nullable GenericKubernetesResource request) {
    return request != null;
  }
}
