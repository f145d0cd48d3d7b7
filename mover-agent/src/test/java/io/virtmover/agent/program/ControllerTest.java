// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController;
import io.virtmover.agent.callback.LoopbackController.Post;
import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.ResultCodec;
import io.virtmover.transfer.TransferProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A mover pod and the controller that wants to hear of it. */
@Timeout(120)
class ControllerTest {
  private static final long SIZE = 64L << 20;
  private static final long DATA = 24L << 20;
  private static final URI NOBODY = URI.create("http://127.0.0.1:1");

  @TempDir private Path folder;

  @Test
  void aBackup_isHeardOfWhileItRunsAndWhenItHasEnded() throws IOException {
    // given: the store takes nothing before the controller has heard how much there is to come
    var heard = new CompletableFuture<Post>();
    Script script =
        (post, exchange) -> {
          if (!post.isResult() && post.progress().totalBytes() > 0) {
            heard.complete(post);
          }
          exchange.sendResponseHeaders(204, -1);
        };
    try (var bed = FaultBed.make(folder, SIZE, DATA);
        var controller = LoopbackController.start(folder, script)) {
      bed.proxy()
          .inject(
              1000, request -> request.isFor("PUT", ".qcow2"), new FaultProxy.Fault.Hold(heard));
      var request =
          MoverRequest.write(
              folder, bed.proxy().endpoint(), backUp(bed.image()), controller.callback());

      // when
      var ended = VirtMover.runExactly(request.command());

      // then
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(ended.err()).isEmpty();
      assertThat(controller.progress())
          .isNotEmpty()
          .allMatch(progress -> progress.id().equals(MoverRequest.ID))
          .extracting(TransferProgress::totalBytes)
          .last()
          .isEqualTo(DATA);
      assertThat(controller.results()).containsExactly(ended.out().strip());
      assertThat(controller.posts().getLast().isResult()).isTrue();
    }
  }

  @Test
  void aTransferThatFails_isHeardOfAsThat() {
    try (var controller = LoopbackController.start(folder, Script.status(204))) {
      // given
      var request =
          MoverRequest.write(
              folder, NOBODY, backUp(folder.resolve("not-there.qcow2")), controller.callback());

      // when
      var ended = VirtMover.runExactly(request.command());

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      ended.assertOneClearLine("not-there.qcow2");
      assertThat(controller.results()).containsExactly(ended.out().strip());
      assertThat(ResultCodec.read("A post", controller.results().getFirst()).outcome())
          .isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  void aControllerThatHangs_changesNothingAndDelaysTheEndNoLongerThanTenSeconds() {
    try (var controller = LoopbackController.start(folder, Script.silence())) {
      // given
      var request =
          MoverRequest.write(
              folder, NOBODY, backUp(folder.resolve("not-there.qcow2")), controller.callback());

      // when
      var started = System.nanoTime();
      var ended = VirtMover.runExactly(request.command());
      var took = Duration.ofNanos(System.nanoTime() - started);

      // then
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      ended.assertOneClearLine("not-there.qcow2");
      assertThat(ended.err())
          .contains(
              "virtmover: warning: the controller at %s did not get the result: it did not answer in time\n"
                  .formatted(controller.callback().address()))
          .doesNotContain(LoopbackController.TOKEN);
      assertThat(took).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static BackUp backUp(Path image) {
    var disk =
        new BackUp.Disk(
            new VolumeName("d"),
            BackupType.FULL,
            new DiskOrigin.PushedFile(image, OptionalLong.empty()),
            Optional.empty(),
            Optional.empty());
    return new BackUp(
        new BackupName("b1"),
        new CheckpointName("c1"),
        Optional.empty(),
        Optional.empty(),
        List.of(disk),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        false);
  }
}
