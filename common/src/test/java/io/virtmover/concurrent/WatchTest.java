// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final List<String> looks = new ArrayList<>();
  private final List<Throwable> complaints = new ArrayList<>();
  private final Map<String, Throwable> failing = new HashMap<>();
  private final Watch<String> watch =
      new Watch<>(List.of("first", "second"), this::look, complaints::add);

  private void look(String one) {
    looks.add(one);
    switch (failing.get(one)) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  @Test
  void aLookThatThrows_endsNeitherTheRoundNorTheNext() {
    // given
    var failure = new IllegalStateException("on purpose");
    failing.put("first", failure);

    // when
    watch.run();
    watch.run();

    // then
    assertThat(looks).containsExactly("first", "second", "first", "second");
    assertThat(complaints).containsExactly(failure);
  }

  @Test
  void anError_isToldToo() {
    // given
    var error = new AssertionError("on purpose");
    failing.put("second", error);

    // when
    watch.run();

    // then
    assertThat(complaints).containsExactly(error);
  }

  @Test
  void whatFailsAgainAfterASoundRound_isToldAgain() {
    // given
    var failure = new IllegalStateException("on purpose");
    failing.put("first", failure);
    watch.run();
    failing.clear();
    watch.run();

    // when
    failing.put("first", failure);
    watch.run();

    // then
    assertThat(complaints).containsExactly(failure, failure);
  }

  @Test
  void whatIsSound_isNotToldOf() {
    watch.run();
    assertThat(complaints).isEmpty();
  }
}
