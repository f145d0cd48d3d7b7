// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.transfer.TransferProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Look by look, without the thread that looks. */
@Timeout(60)
class ProgressPostsTest {
  @TempDir private Path folder;
  private final AtomicLong done = new AtomicLong();
  private final List<String> troubles = new ArrayList<>();
  private final AtomicInteger unwanted = new AtomicInteger();

  @Test
  void onlyWhatIsNew_isPosted() {
    try (var controller = LoopbackController.start(folder, Script.status(200));
        var client = client(controller)) {
      var posts = posts(controller, client);

      // when
      posts.look();
      posts.look();
      done.set(7);
      posts.look();
      posts.look();

      // then
      assertThat(controller.progress()).containsExactly(progress(0), progress(7));
    }
  }

  @Test
  void whatWasNotDelivered_isPostedByTheNextLookIfNothingNewerIsThere() {
    try (var controller = LoopbackController.start(folder, Script.statuses(500, 200));
        var client = client(controller)) {
      var posts = posts(controller, client);

      // when
      posts.look();
      posts.look();
      posts.look();

      // then
      assertThat(controller.progress()).containsExactly(progress(0), progress(0));
    }
  }

  @Test
  void trouble_isToldOnceUntilItIsOver() {
    try (var controller =
            LoopbackController.start(folder, Script.statuses(500, 401, 307, 200, 404, 404));
        var client = client(controller)) {
      var posts = posts(controller, client);

      // when
      for (var i = 0; i < 6; i++) {
        done.set(i);
        posts.look();
      }

      // then
      assertThat(troubles).containsExactly("it answered 500", "it does not know the attempt (404)");
      assertThat(controller.posts()).hasSize(6);
      assertThat(unwanted).hasValue(0);
    }
  }

  @Test
  void anAttemptThatIsNoLongerWanted_isToldOnceAndNothingMorePosted() {
    try (var controller = LoopbackController.start(folder, Script.statuses(200, 410));
        var client = client(controller)) {
      var posts = posts(controller, client);

      // when
      for (var i = 0; i < 4; i++) {
        done.set(i);
        posts.look();
      }

      // then
      assertThat(unwanted).hasValue(1);
      assertThat(posts.isUnwanted()).isTrue();
      assertThat(controller.posts()).hasSize(2);
      assertThat(troubles).isEmpty();
    }
  }

  @Test
  void whatIsLearntAfterTheEnd_isNotToldAndStopsNothing() {
    try (var controller = LoopbackController.start(folder, Script.statuses(410, 500));
        var client = client(controller)) {
      // given
      var posts = posts(controller, client);
      posts.end();

      // when
      posts.look();
      posts.look();

      // then
      assertThat(controller.posts()).hasSize(2);
      assertThat(unwanted).hasValue(0);
      assertThat(posts.isUnwanted()).isFalse();
      assertThat(troubles).isEmpty();
    }
  }

  private CallbackClient client(LoopbackController controller) {
    return new CallbackClient(controller.callback(), QuickLimits.patient());
  }

  private ProgressPosts posts(LoopbackController controller, CallbackClient client) {
    return new ProgressPosts(
        client,
        controller.callback().progressOf("du-1"),
        QuickLimits.LONG,
        () -> progress(done.get()),
        troubles::add,
        unwanted::incrementAndGet);
  }

  private static TransferProgress progress(long done) {
    return new TransferProgress("du-1", done, 100);
  }
}
