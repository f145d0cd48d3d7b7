// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.virtmover.controller.Keys;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What DataUpload and DataDownload have in common. They are read as what they are: without a word,
 * the deserializer of {@link HasMetadata} that looks for the right class would look for ever.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
public interface TransferObject extends HasMetadata {
  /** What is asked for. */
  TransferSpec spec();

  /** The status, {@link TransferStatus#NONE} where there is none. */
  TransferStatus status();

  /** Whose it is; Velero's own mover serves {@code velero} and the empty text. */
  default String datamover() {
    return Objects.requireNonNullElse(spec().datamover(), "");
  }

  /** Whether somebody asked for it to be stopped. */
  @JsonIgnore
  default boolean isCancelWanted() {
    return spec().cancel();
  }

  /** The VM it names for people, as {@code NAMESPACE/NAME} where both are said. */
  default Optional<String> vm() {
    var namespace =
        annotation(Keys.VM_NAMESPACE).or(() -> Optional.ofNullable(spec().sourceNamespace()));
    return annotation(Keys.VM_NAME).map(name -> namespace.map(in -> in + "/" + name).orElse(name));
  }

  /** The claim of the one disk that it is about, as {@code NAMESPACE/NAME}; a backup has many. */
  default Optional<String> disk() {
    return Optional.empty();
  }

  /** Where it is. */
  default TransferPhase phase() {
    return status().phaseOrNew();
  }

  /** What its status tells people; empty without a message. */
  default String told() {
    return Objects.requireNonNullElse(status().message(), "");
  }

  /** Whether it was deleted, and waits for its finalizers. */
  @JsonIgnore
  default boolean isDeleting() {
    return getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether we still have to clean up behind it. */
  default boolean hasOurFinalizer() {
    return getMetadata().getFinalizers().contains(Keys.FINALIZER);
  }

  /** A label that is there and not empty. */
  default Optional<String> label(String key) {
    return value(getMetadata().getLabels(), key);
  }

  /** An annotation of ours, or else the Go project's of the same name. */
  default Optional<String> annotation(String key) {
    return Keys.annotation(getMetadata(), key);
  }

  private static Optional<String> value(Map<String, String> all, String key) {
    return Optional.ofNullable(all).map(values -> values.get(key)).filter(text -> !text.isEmpty());
  }
}
