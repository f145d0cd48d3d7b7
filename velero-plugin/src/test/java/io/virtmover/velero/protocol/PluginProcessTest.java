// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.virtmover.velero.wire.BackupItemActionAppliesToRequest;
import io.virtmover.velero.wire.BackupItemActionGrpc;
import io.virtmover.velero.wire.ExecuteRequest;
import io.virtmover.velero.wire.Stack;
import io.virtmover.velero.wire.goplugin.Empty;
import io.virtmover.velero.wire.goplugin.GRPCControllerGrpc;
import io.virtmover.velero.wire.goplugin.GRPCStdioGrpc;
import io.virtmover.velero.wire.goplugin.HealthCheckRequest;
import io.virtmover.velero.wire.goplugin.HealthCheckResponse.ServingStatus;
import io.virtmover.velero.wire.goplugin.HealthGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real process, talked to as go-plugin's host does. */
class PluginProcessTest {
  private static final String ACTION = "virtmover.io/vm-backup";

  @TempDir static Path folder;
  private static Path program;

  @BeforeAll
  static void writeProgram() throws Exception {
    program = Commands.write(folder);
  }

  @Test
  void shouldBeginWithTheHandshakeAndSayNothingElseOnStandardOutput() throws Exception {
    // given
    try (var plugin = start()) {
      // when
      execute(plugin, "print");
      shutDown(plugin);

      // then
      assertThat(plugin.handshake()).matches("1\\|2\\|tcp\\|127\\.0\\.0\\.1:\\d+\\|grpc\\|");
      assertThat(plugin.exitCode()).isZero();
      assertThat(plugin.stdout()).isEmpty();
      assertThat(plugin.stderr()).contains("a library's own words");
    }
  }

  @Test
  void shouldTellAPersonWhatItIs() throws Exception {
    // given
    var withoutCookie = Map.of("VELERO_PLUGIN", "");

    // when
    try (var plugin = RunningPlugin.start(program, withoutCookie)) {
      // then
      assertThat(plugin.exitCode()).isEqualTo(1);
      assertThat(plugin.stdout()).isEmpty();
      assertThat(plugin.stderr()).first().asString().contains("VirtMover's plugin for Velero");
      assertThat(String.join(" ", plugin.stderr())).contains("velero plugin add");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PLUGIN_PROTOCOL_VERSIONS, 3, wants 3",
    "PLUGIN_CLIENT_CERT, PEM, cannot encrypt",
  })
  void shouldSayWhyItCannotServeAHost(String variable, String value, String words)
      throws Exception {
    // given
    var environment = new HashMap<>(Commands.host());
    environment.put(variable, value);

    // when
    try (var plugin = RunningPlugin.start(program, environment)) {
      // then
      assertThat(plugin.exitCode()).isEqualTo(1);
      assertThat(String.join(" ", plugin.stderr())).contains(words);
    }
  }

  @Test
  void shouldEndWithinTwoSecondsOfShutdownThoughTheHostsStreamsAreOpen() throws Exception {
    var bound = Duration.ofSeconds(2);
    assertThat(Tries.shortest(bound, this::endWithAnOpenStream)).isLessThan(bound);
  }

  private Duration endWithAnOpenStream() throws Exception {
    // given
    try (var plugin = start()) {
      var stdio =
          GRPCStdioGrpc.newBlockingStub(plugin.channel())
              .streamStdio(com.google.protobuf.Empty.getDefaultInstance());

      // when
      var took = end(plugin);

      // then
      assertThatThrownBy(stdio::hasNext).isInstanceOf(StatusRuntimeException.class);
      return took;
    }
  }

  @Test
  void shouldEndWithinTwoSecondsOfShutdownThoughAnActionHangs() throws Exception {
    var bound = Duration.ofSeconds(2);
    assertThat(Tries.shortest(bound, this::endWithAnActionThatHangs)).isLessThan(bound);
  }

  private Duration endWithAnActionThatHangs() throws Exception {
    // given
    try (var plugin = start()) {
      var hanging =
          BackupItemActionGrpc.newFutureStub(plugin.channel())
              .execute(request(ByteString.copyFromUtf8(item("hang"))));
      plugin.awaitLog("hangs");

      // when
      var took = end(plugin);

      // then
      assertThat(hanging).failsWithin(Duration.ofSeconds(20));
      return took;
    }
  }

  @Test
  void shouldEndWhenTheHostIsGone() throws Exception {
    // given
    var host = folder.resolve("host");
    Files.writeString(
        host, "#!/bin/sh\n'%s' & echo $! >'%s.pid'; read line\n".formatted(program, host));
    assertThat(host.toFile().setExecutable(true)).isTrue();

    // when
    try (var parent = RunningPlugin.start(host, Commands.host())) {
      var plugin =
          ProcessHandle.of(Long.parseLong(Files.readString(Path.of(host + ".pid")).strip()))
              .orElseThrow();
      parent.kill();

      // then
      assertThat(plugin.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void shouldBeHealthyUnderTheNameTheHostAsksFor() throws Exception {
    // given
    try (var plugin = start()) {
      var health = HealthGrpc.newBlockingStub(plugin.channel());

      // when
      var answer = health.check(HealthCheckRequest.newBuilder().setService("plugin").build());

      // then
      assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThatThrownBy(
              () -> health.check(HealthCheckRequest.newBuilder().setService("other").build()))
          .hasMessageContaining("NOT_FOUND");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"break", "recurse", "exhaust"})
  void shouldAnswerAndLiveOnWhateverAnActionThrows(String what) throws Exception {
    // given
    try (var plugin = start()) {
      // when
      var failure = failure(plugin, item(what));

      // then
      assertThat(failure.getStatus().getCode()).isEqualTo(Code.ABORTED);
      assertThat(failure.getStatus().getDescription())
          .startsWith(ACTION + " could not back up an item")
          .contains("report")
          .doesNotContain("\n");
      assertThat(execute(plugin, "").toStringUtf8()).contains("\"seen\":\"nightly\"");
      assertThat(plugin.isAlive()).isTrue();
    }
  }

  @Test
  void shouldAnswerAFailureWithItsMessageAndItsPlace() throws Exception {
    // given
    try (var plugin = start()) {
      // when
      var failure = failure(plugin, item("fail"));

      // then
      assertThat(failure.getStatus().getCode()).isEqualTo(Code.UNKNOWN);
      assertThat(failure.getStatus().getDescription()).isEqualTo("The VM is away: try later.");
      var details = StatusProto.fromThrowable(failure).getDetails(0);
      assertThat(details.getTypeUrl()).isEqualTo("type.googleapis.com/generated.Stack");
      assertThat(details.unpack(Stack.class).getFrames(0).getFile())
          .isEqualTo("ExamplePlugin.java");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; no readable item: it is empty",
        "[]; no readable item: it is no JSON object",
        "{\"kind\":\"VM\"; no readable item",
        "{\"kind\":\"VM\",\"do\":\"unkind\"}; virtmover.io/vm-backup answered with an item that has no kind",
      })
  void shouldRefuseAnItemThatIsNone(String item, String words) throws Exception {
    // given
    try (var plugin = start()) {
      // when
      var failure = failure(plugin, item);

      // then
      assertThat(failure.getStatus().getCode()).isEqualTo(Code.UNKNOWN);
      assertThat(failure.getStatus().getDescription()).contains(words);
    }
  }

  @Test
  void shouldSayWhichActionsThereAreWhenAskedForAnother() throws Exception {
    // given
    try (var plugin = start()) {
      var actions = BackupItemActionGrpc.newBlockingStub(plugin.channel());
      var request = BackupItemActionAppliesToRequest.newBuilder().setPlugin("x.io/old").build();

      // when
      assertThatThrownBy(() -> actions.appliesTo(request))
          // then
          .hasMessageContaining("x.io/old")
          .hasMessageContaining(ACTION);
    }
  }

  @Test
  void shouldGiveBackWhatItDoesNotKnowToTheLastDigit() throws Exception {
    // given
    var unknown =
        "\"kind\":\"VM\",\"big\":9223372036854775807,\"bigger\":18446744073709551616,\"exact\":0.10000000000000000001,\"zeroes\":1.500,"
            + "\"none\":null,\"text\":\"<&>ü𝄞\\u0000\",\"deep\":{\"list\":[{},[],1e2]}";
    try (var plugin = start()) {
      // when
      var item = execute(plugin, ByteString.copyFromUtf8("{" + unknown + "}"));

      // then
      assertThat(item.toStringUtf8().replace("1E+2", "1e2").replace("\\uD834\\uDD1E", "𝄞"))
          .isEqualTo("{" + unknown + ",\"seen\":\"nightly\"}");
    }
  }

  @Test
  void shouldTakeItemsOfTheGreatestSizeAndSeveralAtOnce() throws Exception {
    // given
    var text = "x".repeat(6 << 20);
    try (var plugin = start()) {
      // when
      var item =
          execute(plugin, ByteString.copyFromUtf8("{\"kind\":\"A\",\"t\":\"" + text + "\"}"));

      // then
      assertThat(item.size()).isGreaterThan(text.length());
    }
  }

  @Test
  void shouldLogLinesThatTheHostCanFile() throws Exception {
    // given
    try (var plugin = start()) {
      // when
      execute(plugin, "log");
      shutDown(plugin);
      assertThat(plugin.exitCode()).isZero();

      // then
      assertThat(plugin.stderr()).hasSize(2);
      for (var line : plugin.stderr()) {
        assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 * 1024);
        var fields = new ObjectMapper().readTree(line).properties();
        assertThat(fields).allMatch(field -> field.getValue().isTextual());
      }
      var warning = new ObjectMapper().readTree(plugin.stderr().getFirst());
      assertThat(warning.path("@level").asText()).isEqualTo("warn");
      assertThat(warning.path("@message").asText()).isEqualTo("no CBT");
      assertThat(warning.path("vm").asText()).isEqualTo("shop/db");
      assertThat(warning.path("level_").asText()).isEqualTo("mine");
    }
  }

  @Test
  void shouldLogWhatTheServersLevelAsksFor() throws Exception {
    // given
    try (var plugin =
        RunningPlugin.start(
            program, Commands.host(), "--features=EnableCSI", "--log-level=debug", "--unknown")) {
      // when
      execute(plugin, "log");
      shutDown(plugin);
      assertThat(plugin.exitCode()).isZero();

      // then
      assertThat(plugin.stderr()).anyMatch(line -> line.contains("only for those who ask"));
    }
  }

  private static RunningPlugin start() throws Exception {
    return RunningPlugin.start(program, Commands.host());
  }

  /** Shuts it down, and waits for its end; how long that took. */
  private static Duration end(RunningPlugin plugin) throws InterruptedException {
    var started = System.nanoTime();
    shutDown(plugin);
    assertThat(plugin.exitCode()).isZero();
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private static void shutDown(RunningPlugin plugin) {
    var answer =
        GRPCControllerGrpc.newBlockingStub(plugin.channel()).shutdown(Empty.getDefaultInstance());
    assertThat(answer).isNotNull();
  }

  private static StatusRuntimeException failure(RunningPlugin plugin, String item) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> execute(plugin, ByteString.copyFromUtf8(item)));
  }

  private static ByteString execute(RunningPlugin plugin, String what) {
    return execute(plugin, ByteString.copyFromUtf8(item(what)));
  }

  private static ByteString execute(RunningPlugin plugin, ByteString item) {
    return BackupItemActionGrpc.newBlockingStub(plugin.channel()).execute(request(item)).getItem();
  }

  private static ExecuteRequest request(ByteString item) {
    return ExecuteRequest.newBuilder()
        .setPlugin(ACTION)
        .setItem(item)
        .setBackup(ByteString.copyFromUtf8("{\"metadata\":{\"name\":\"nightly\"}}"))
        .build();
  }

  private static String item(String what) {
    return "{\"kind\":\"VirtualMachine\",\"do\":\"%s\"}".formatted(what);
  }
}
