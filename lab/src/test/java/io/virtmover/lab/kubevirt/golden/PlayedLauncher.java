// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Checkpoint;
import io.virtmover.lab.kubevirt.SubresourceException;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.VmiSubresources;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers commands as the launcher of a recording did, and remembers them. */
final class PlayedLauncher implements VmiSubresources {
  private static final Pattern COMMAND = Pattern.compile(".*/backup (\\{.*\\}) -> .*");
  private static final Pattern REFUSAL =
      Pattern.compile(
          ".* -> 500 .*return code (\\d+) \\([^)]*\\), message: (.*?)( \\(this line.*)?");

  private final String namespace;
  private final Map<String, SubresourceException> refusals = new HashMap<>();
  private final Optional<SubresourceException> redefinition;
  private final Set<String> recorded;
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final AtomicInteger redefinitions = new AtomicInteger();
  private volatile boolean redefinitionWorks;

  PlayedLauncher(String namespace, RecordedScenario scenario) {
    this.namespace = namespace;
    var requests =
        scenario.entries().stream()
            .filter(Entry.Request.class::isInstance)
            .map(entry -> ((Entry.Request) entry).text())
            .toList();
    this.recorded =
        requests.stream()
            .map(COMMAND::matcher)
            .filter(Matcher::matches)
            .map(match -> command(match.group(1)))
            .collect(Collectors.toSet());
    for (var request : requests) {
      var command = COMMAND.matcher(request);
      if (command.matches()) {
        refusal(request).ifPresent(no -> refusals.put(command(command.group(1)), no));
      }
    }
    this.redefinition =
        requests.stream()
            .filter(request -> request.contains("/redefine-checkpoint "))
            .findFirst()
            .flatMap(PlayedLauncher::refusal);
  }

  private static Optional<SubresourceException> refusal(String request) {
    var match = REFUSAL.matcher(request);
    return match.matches()
        ? Optional.of(new SubresourceException(Integer.parseInt(match.group(1)), match.group(2)))
        : Optional.empty();
  }

  /** Whether a base was given counts; its name is compared in the statuses. */
  private static String command(String json) {
    var map = Serialization.unmarshal(json, HashMap.class);
    return "%s %s %s%s%s"
        .formatted(
            map.get("cmd"),
            map.get("backupName"),
            "Start".equals(map.get("cmd")) ? map.get("mode") : "",
            map.containsKey("incremental") ? " incremental" : "",
            map.containsKey("skipQuiesce") ? " skipQuiesce" : "");
  }

  @Override
  public void backup(VmiKey vmi, BackupCommand command) throws SubresourceException {
    if (!vmi.namespace().equals(namespace)) {
      return;
    }
    var text =
        switch (command) {
          case BackupCommand.Start start ->
              "Start %s %s%s%s"
                  .formatted(
                      start.backupName(),
                      start.mode() == BackupCommand.Mode.PULL ? "Pull" : "Push",
                      start.incremental().isPresent() ? " incremental" : "",
                      start.skipQuiesce() ? " skipQuiesce" : "");
          case BackupCommand.Export export -> "Export " + export.backupName() + " ";
          case BackupCommand.Abort abort -> "Abort " + abort.backupName() + " ";
        };
    sent.add(text);
    var refusal = refusals.get(text);
    if (refusal != null) {
      throw new SubresourceException(refusal.status(), refusal.getMessage());
    }
  }

  @Override
  public void redefineCheckpoint(VmiKey vmi, Checkpoint checkpoint) throws SubresourceException {
    redefinitions.incrementAndGet();
    if (redefinition.isPresent() && !redefinitionWorks) {
      throw new SubresourceException(redefinition.get().status(), redefinition.get().getMessage());
    }
  }

  void letRedefinitionWork() {
    redefinitionWorks = true;
  }

  int redefinitions() {
    return redefinitions.get();
  }

  Set<String> recorded() {
    return recorded;
  }

  Set<String> sent() {
    return sent;
  }
}
