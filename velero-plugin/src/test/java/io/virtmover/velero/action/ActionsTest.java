// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionsTest {
  @Test
  void shouldFindAnActionByKindAndName() {
    // given
    var backup = new Backup("vm");
    var block = new Block("vm");

    // when
    var actions = new Actions(backup, block);

    // then
    assertThat(actions.find(BackupItemAction.class, "virtmover.io/vm")).isSameAs(backup);
    assertThat(actions.find(ItemBlockAction.class, "virtmover.io/vm")).isSameAs(block);
  }

  @Test
  void shouldListNamesSortedPerKind() {
    // given
    var actions = new Actions(new Backup("vmi"), new Backup("claim"), new Block("vm"));

    // when
    var names = actions.names(ActionKind.BACKUP);

    // then
    assertThat(names).containsExactly("virtmover.io/claim", "virtmover.io/vmi");
    assertThat(actions.names(ActionKind.DELETE)).isEmpty();
  }

  @Test
  void shouldSayWhichActionsThereAreWhenOneIsAskedForThatIsNot() {
    // given
    var actions = new Actions(new Backup("vm"));

    // when
    assertThatThrownBy(() -> actions.find(BackupItemAction.class, "virtmover.io/old"))
        // then
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("no BackupItemActionV2 called 'virtmover.io/old'")
        .hasMessageContaining("there are: virtmover.io/vm");
  }

  @Test
  void shouldRefuseTwoActionsOfOneName() {
    assertThatThrownBy(() -> new Actions(new Backup("vm"), new Backup("vm")))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("virtmover.io/vm");
  }

  @Test
  void shouldRefuseANameThatVeleroWouldRefuse() {
    assertThatThrownBy(() -> new ActionName("a/b")).isInstanceOf(VirtMoverException.class);
  }

  private record Backup(ActionName name) implements BackupItemAction {
    Backup(String word) {
      this(new ActionName(word));
    }

    @Override
    public ResourceSelector appliesTo() {
      return ResourceSelector.of("virtualmachines.kubevirt.io");
    }

    @Override
    public BackupResult execute(ObjectNode item, ObjectNode backup) {
      return BackupResult.of(item);
    }
  }

  private record Block(ActionName name) implements ItemBlockAction {
    Block(String word) {
      this(new ActionName(word));
    }

    @Override
    public ResourceSelector appliesTo() {
      return ResourceSelector.of("virtualmachines.kubevirt.io");
    }

    @Override
    public List<ResourceIdentifier> relatedItems(ObjectNode item, ObjectNode backup) {
      return List.of();
    }
  }
}
