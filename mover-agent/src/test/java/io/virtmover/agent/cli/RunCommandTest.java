// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController;
import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.agent.program.MoverRequest;
import io.virtmover.agent.program.VirtMover;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.ResultCodec;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that cannot be carried out; one that can is in {@code RequestTest}. */
class RunCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          hush                                              | is not JSON; see line 1
          {"version": "1.0", "id": hush}                    | is not JSON; see line 1
          {"version": "1.0", "id": "a", "id": "b"}          | is not JSON; see line 1
          {"version": "1.0", "verify": {}, "id": "a"}       | location
          {"version": "1.0", "id": "a"}                     | exactly one
          {"version": "1.0", "verify": {}, "restore": {}}   | exactly one
          {"version": "1.0", "id": "a", "vm": {"namespace": "n"}, "location": {"file": "/none"}, "verify": {}} | vm.name
          """)
  void aBadRequest_isRefusedWithoutRepeatingIt(String text, String message) throws IOException {
    // given
    var file = Files.writeString(folder.resolve("request.json"), text);

    // then
    TypedCommand.of("run --request " + file).assertRefused(message);
  }

  @Test
  void aRequestThatIsNotThere_isToldAsThat() {
    TypedCommand.of("run --request /no-such")
        .assertRefused("Cannot read the request file /no-such: there is no such file");
  }

  @Test
  void whatFailsOnceTheRequestIsRead_isInTheResultFileUnderItsId() throws IOException {
    // given
    var result = folder.resolve("result.json");
    var file =
        Files.writeString(
            folder.resolve("request.json"),
            """
            {"version": "1.0", "id": "du-7", "vm": {"namespace": "n", "name": "v"},
             "location": {"file": "/none"}, "verify": {}, "resultFile": "%s"}
            """
                .formatted(result));

    // when
    var ended = VirtMover.runExactly(List.of("run", "--request", file.toString()));

    // then
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    var read = ResultCodec.read("The result", Files.readString(result));
    assertThat(read.id()).isEqualTo("du-7");
    assertThat(read.outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
              assertThat(failed.message()).contains("/none");
            });
  }

  @Test
  void whatTheControllerNoLongerWants_isCanceled() throws Exception {
    // given: a store that takes connections and says nothing
    try (var store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var controller = LoopbackController.start(folder, Script.status(410))) {
      var verify = new Verify(Optional.empty(), Optional.empty(), Subset.whole());
      var at = URI.create("http://127.0.0.1:" + store.getLocalPort());
      var request = MoverRequest.write(folder, at, verify, controller.callback());
      var cancellation = new Cancellation();

      // when
      var ended =
          aside(
              () ->
                  VirtMover.runExactly(
                      () -> {
                        cancellation.begin();
                        return VirtMoverCommand.commandLine(cancellation);
                      },
                      request.command()));

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(10);
      ended.assertOneClearLine("Canceled by the controller, which no longer wants this attempt");
      assertThat(ended.result().path("outcome").asText()).isEqualTo("Canceled");
      assertThat(Files.readString(folder.resolve("result.json"))).isEqualTo(ended.out().strip());
      assertThat(controller.posts()).hasSize(1);
    }
  }

  /** In a thread that may be interrupted. */
  private static VirtMover.Ended aside(Callable<VirtMover.Ended> program) throws Exception {
    try (var threads = Executors.newSingleThreadExecutor()) {
      return threads.submit(program).get(60, TimeUnit.SECONDS);
    }
  }
}
