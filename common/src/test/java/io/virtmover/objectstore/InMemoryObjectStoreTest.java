// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest extends ObjectStoreContract {
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void shouldFailOnDemandBeforeOrAfterTheEffect() {
    // given
    store.failFrom(2, call -> call.kind().isWrite());
    put("a", "one", WriteCondition.always());

    // then
    assertThatThrownBy(() -> put("b", "two", WriteCondition.always()))
        .isInstanceOf(VirtMoverException.class);
    assertThat(store.keys()).containsExactly("a");

    // given
    store.behave();
    store.loseAnswersFrom(1, call -> call.kind().isWrite());

    // then
    assertThatThrownBy(() -> put("c", "three", WriteCondition.always()))
        .isInstanceOf(VirtMoverException.class);
    assertThat(store.keys()).containsExactly("a", "c");
  }
}
