// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeUpload.annotated;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.Keys;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadWordsTest {
  @Test
  void theVm_isInTheNamespaceThatIsBackedUp() {
    assertThat(UploadWords.vm(SomeUpload.untouched())).contains(new VmRef("orders", "web-7"));
  }

  @Test
  void aNamespaceThatIsNamed_counts() {
    // given
    var request = annotated(SomeUpload.untouched(), Keys.VM_NAMESPACE, "shop");

    // then
    assertThat(UploadWords.vm(request)).contains(new VmRef("shop", "web-7"));
  }

  @Test
  void theGoProjectsWords_areUnderstood_oursCountBefore() {
    // given
    var request = SomeUpload.untouched();
    request.getMetadata().getAnnotations().remove(Keys.VM_NAME);

    // then
    annotated(request, Keys.peers(Keys.VM_NAME), "web-8");
    assertThat(UploadWords.vm(request)).contains(new VmRef("orders", "web-8"));
    annotated(request, Keys.VM_NAME, "web-9");
    assertThat(UploadWords.vm(request)).contains(new VmRef("orders", "web-9"));
  }

  @Test
  void withoutAName_thereIsNoVm() {
    // given
    var request = SomeUpload.untouched();
    request.getMetadata().getAnnotations().clear();

    // then
    assertThat(UploadWords.vm(request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../web-7", "a/b", "..", "a\u0000b"})
  void aNameThatNoneCanHave_isNobodys(String name) {
    // given
    var request = annotated(SomeUpload.untouched(), Keys.VM_NAME, name);

    // then
    assertThat(UploadWords.vm(request)).isEmpty();
  }

  @Test
  void theBackup_isNamedByVelerosLabel() {
    // given
    var without = SomeUpload.untouched();
    without.getMetadata().getLabels().clear();

    // then
    assertThat(UploadWords.backup(SomeUpload.untouched())).contains(new BackupName("night-1"));
    assertThat(UploadWords.backup(without)).isEmpty();
  }
}
