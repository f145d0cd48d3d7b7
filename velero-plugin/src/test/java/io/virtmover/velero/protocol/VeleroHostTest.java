// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Velero's own client of plugins with the real process. */
class VeleroHostTest {
  private static final Duration STOPPED = Duration.ofMillis(1_900);

  @TempDir static Path folder;
  private static Path program;
  private static VeleroHost host;

  @BeforeAll
  static void start() throws Exception {
    program = Commands.write(folder);
    host = VeleroHost.start(folder);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void shouldBeFoundWithItsActionsAndItsCommand() {
    // given
    var plugins = host.plugins().path("plugins");

    // when
    var listed =
        plugins
            .valueStream()
            .map(plugin -> plugin.path("kind").asText() + " " + plugin.path("name").asText());

    // then
    assertThat(listed)
        .containsExactlyInAnyOrder(
            "BackupItemActionV2 virtmover.io/vm-backup",
            "RestoreItemActionV2 virtmover.io/claim-restore",
            "DeleteItemAction virtmover.io/upload-delete",
            "ItemBlockAction virtmover.io/vm-block");
    assertThat(plugins.findValuesAsText("command")).containsOnly(program.toString());
  }

  @Test
  void shouldBackUpAnItem() throws Exception {
    // given
    var action = "'kind': 'BackupItemActionV2', 'name': 'virtmover.io/vm-backup'";

    // when
    var selector = host.call("{%s, 'call': 'appliesTo'}".formatted(action));
    var answer =
        host.call(
            """
            {%s, 'call': 'execute', 'backup': {'metadata': {'name': 'nightly'}},
             'item': {'kind': 'VirtualMachine', 'apiVersion': 'kubevirt.io/v1', 'other': {'n': 9007199254740993}}}"""
                .formatted(action));

    // then
    assertThat(selector.path("selector").path("IncludedResources").path(0).asText())
        .isEqualTo("virtualmachines.kubevirt.io");
    assertThat(selector.path("selector").path("LabelSelector").asText()).isEqualTo("tier=gold");
    assertThat(answer.path("item").path("seen").asText()).isEqualTo("nightly");
    assertThat(answer.path("operationID").asText()).isEqualTo("op-1");
    assertThat(names(answer.path("additionalItems")))
        .isEqualTo("persistentvolumeclaims shop/db-data");
    assertThat(names(answer.path("itemsToUpdate"))).isEqualTo("datauploads velero/du");
  }

  @Test
  void shouldTellHowFarAnOperationIs() throws Exception {
    // given
    var asked =
        "{'kind': 'BackupItemActionV2', 'name': 'virtmover.io/vm-backup', 'backup': {}, 'operationID': '%s', 'call': '%s'}";

    // when
    var going = host.call(asked.formatted("op-1", "progress")).path("progress");
    var failed = host.call(asked.formatted("op-failed", "progress")).path("progress");
    var waiting = host.call(asked.formatted("op-new", "progress")).path("progress");
    var canceled = host.call(asked.formatted("op-1", "cancel"));
    var unknown = host.call(asked.formatted("op-9", "cancel"));

    // then
    assertThat(going.path("NCompleted").asLong()).isEqualTo(1L << 40);
    assertThat(going.path("NTotal").asLong()).isEqualTo((1L << 53) + 1);
    assertThat(going.path("Started").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(going.path("Updated").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(failed.path("Completed").asBoolean()).isTrue();
    assertThat(failed.path("Err").asText()).isEqualTo("no space");
    assertThat(waiting.path("Completed").asBoolean()).isFalse();
    assertThat(canceled.has("error")).isFalse();
    assertThat(unknown.path("error").asText()).contains("no op-9");
  }

  @Test
  void shouldRestoreAnItem() throws Exception {
    // given
    var asked =
        """
        {'kind': 'RestoreItemActionV2', 'name': 'virtmover.io/claim-restore', 'call': 'execute', 'restore': {'metadata': {'name': 'r1'}},
         'item': {'kind': 'PersistentVolumeClaim', 'apiVersion': 'v1', 'do': '%s'},
         'fromBackup': {'kind': 'PersistentVolumeClaim', 'apiVersion': 'v1', 'status': {'phase': 'Bound'}}}""";

    // when
    var restored = host.call(asked.formatted(""));
    var skipped = host.call(asked.formatted("skip"));
    var ready =
        host.call(
            """
            {'kind': 'RestoreItemActionV2', 'name': 'virtmover.io/claim-restore', 'call': 'ready', 'restore': {},
             'items': [{'resource': 'persistentvolumeclaims', 'namespace': 'shop', 'name': 'db-data'}]}""");

    // then
    assertThat(restored.path("item").path("seen").asText()).isEqualTo("r1");
    assertThat(restored.path("item").path("statusBefore").path("phase").asText())
        .isEqualTo("Bound");
    assertThat(restored.path("operationID").asText()).isEqualTo("op-2");
    assertThat(restored.path("wait").asBoolean()).isTrue();
    assertThat(restored.path("timeout").asText()).isEqualTo("1m30.5s");
    assertThat(skipped.path("skipRestore").asBoolean()).isTrue();
    assertThat(ready.path("ready").asBoolean()).isTrue();
  }

  @Test
  void shouldDeleteAndSayWhatBelongsTogether() throws Exception {
    // given
    var item =
        "'item': {'kind': 'X', 'apiVersion': 'v1', 'metadata': {'name': 'du-1'}}, 'backup': {}";

    // when
    var deleted =
        host.call(
            "{'kind': 'DeleteItemAction', 'name': 'virtmover.io/upload-delete', 'call': 'execute', %s}"
                .formatted(item));
    var related =
        host.call(
            "{'kind': 'ItemBlockAction', 'name': 'virtmover.io/vm-block', 'call': 'related', %s}"
                .formatted(item));

    // then
    assertThat(deleted.has("error")).isFalse();
    assertThat(names(related.path("items"))).isEqualTo("persistentvolumeclaims shop/db-data");
    host.awaitLogged(
        line -> line.contains("\"upload\":\"du-1\"") && line.contains("\"level\":\"info\""));
  }

  @Test
  void shouldBeToldOfFailuresInTheLogOfItsOwn() throws Exception {
    // given
    var asked =
        """
        {'kind': 'BackupItemActionV2', 'name': 'virtmover.io/vm-backup', 'call': 'execute', 'backup': {},
         'item': {'kind': 'VirtualMachine', 'apiVersion': 'kubevirt.io/v1', 'do': '%s'}}""";

    // when
    var failed = host.call(asked.formatted("fail"));
    var broken = host.call(asked.formatted("break"));
    var logged = host.call(asked.formatted("log"));

    // then
    assertThat(failed.path("error").asText()).contains("The VM is away: try later.");
    assertThat(broken.path("error").asText()).contains("IllegalStateException");
    assertThat(logged.has("error")).isFalse();
    host.awaitLogged(
        line ->
            line.contains("\"level\":\"warning\"")
                && line.contains("\"msg\":\"no CBT\"")
                && line.contains("\"vm\":\"shop/db\""));
  }

  @Test
  void shouldEndWhenVeleroStopsIt() throws Exception {
    assertThat(Tries.shortest(STOPPED, this::stopByVelero)).isLessThan(STOPPED);
  }

  /** What has not ended after two seconds is ended by Velero. */
  private Duration stopByVelero() throws Exception {
    // given
    try (var other = VeleroHost.start(folder)) {
      var progress =
          other.call(
              "{'kind': 'BackupItemActionV2', 'name': 'virtmover.io/vm-backup', 'call': 'progress', 'operationID': 'op-1', 'backup': {}}");

      // when
      var stopped = other.call("{'call': 'stop'}");

      // then
      assertThat(progress.path("progress").path("Description").asText()).isEqualTo("InProgress");
      var took = Duration.ofMillis(stopped.path("milliseconds").asLong(Long.MAX_VALUE));
      if (took.compareTo(STOPPED) < 0) {
        assertThat(other.hasLogged(line -> line.contains("failed to exit gracefully"))).isFalse();
      }
      return took;
    }
  }

  private static String names(JsonNode items) {
    var item = items.path(0);
    return "%s %s/%s"
        .formatted(
            item.path("Resource").asText(item.path("resource").asText()),
            item.path("Namespace").asText(item.path("namespace").asText()),
            item.path("Name").asText(item.path("name").asText()));
  }
}
