// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.virtmover.cluster.Marks;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.item.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which action a Backup's policy has for a volume: that of the first entry whose conditions are
 * met. Velero has checked the policy before; here it is only read.
 */
public final class VolumePolicy {
  /** Without a policy nothing is said about any volume. */
  public static final VolumePolicy NONE = new VolumePolicy(List.of(), false, NameFilter.ALL);

  private static final String CUSTOM = "custom";
  private static final String SKIP = "skip";
  private static final String FILES = "fs-backup";

  private record Entry(JsonNode conditions, String action, JsonNode parameters) {}

  private final List<Entry> entries;
  private final boolean isSkippedOurs;
  private final NameFilter kinds;

  private VolumePolicy(List<Entry> entries, boolean isSkippedOurs, NameFilter kinds) {
    this.entries = List.copyOf(entries);
    this.isSkippedOurs = isSkippedOurs;
    this.kinds = kinds;
  }

  /**
   * Reads a policy.
   *
   * @param isSkippedOurs whether what it skips is VirtMover's
   * @throws VirtMoverException {@code INVALID_REQUEST} when it is not YAML or has another version
   */
  public static VolumePolicy read(String yaml, boolean isSkippedOurs) {
    var document = document(yaml);
    var version = document.path("version").asText();
    if (!version.equals("v1")) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "its version is '%s' and not v1".formatted(version));
    }
    var entries = new ArrayList<Entry>();
    for (var entry : document.path("volumePolicies")) {
      var action = entry.path("action");
      entries.add(
          new Entry(
              entry.path("conditions"), action.path("type").asText(), action.path("parameters")));
    }
    return new VolumePolicy(entries, isSkippedOurs, kinds(document.path("includeExcludePolicy")));
  }

  private static NameFilter kinds(JsonNode policy) {
    return new NameFilter(
        Item.texts(policy.path("includedNamespaceScopedResources")).toList(),
        Item.texts(policy.path("excludedNamespaceScopedResources")).toList());
  }

  /** Which kinds of objects it has in the Backup, of those in namespaces. */
  NameFilter kinds() {
    return kinds;
  }

  /** Velero reads YAML 1.2, where {@code yes} and {@code on} are texts. */
  private static JsonNode document(String yaml) {
    try {
      return new YAMLMapper(
              YAMLFactory.builder()
                  .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                  .build())
          .readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "it is not YAML: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Whom a volume is given to.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} when that hangs on what this release does not
   *     know
   */
  public Assignment of(PolicyVolume volume) {
    return entries.stream()
        .filter(entry -> Conditions.areMet(entry.conditions(), volume))
        .findFirst()
        .map(this::assignment)
        .orElse(Assignment.UNSAID);
  }

  private Assignment assignment(Entry entry) {
    return switch (entry.action()) {
      case CUSTOM -> ours(datamover(entry).filter(Marks.DATAMOVER::equals).isPresent());
      case SKIP -> ours(isSkippedOurs);
      case FILES -> Assignment.FILES;
      default -> Assignment.OTHERS;
    };
  }

  private static Assignment ours(boolean isOurs) {
    return isOurs ? Assignment.OURS : Assignment.OTHERS;
  }

  private static Optional<String> datamover(Entry entry) {
    return Optional.ofNullable(entry.parameters().path("datamover").textValue());
  }
}
