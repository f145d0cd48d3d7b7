// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class NamingTest {
  private static final String DNS_LABEL = "[a-z]([a-z0-9-]*[a-z0-9])?";
  private static final String SUFFIX = "-backup-target-pvc";

  @Property
  void anObjectsName_isADnsLabelWhateverTheRequestIsCalled(
      @ForAll("names") String request, @ForAll String uid, @ForAll @IntRange(max = 3) int retries) {
    // when
    var name = Naming.object(request, uid, retries);

    // then
    assertThat(name).matches(DNS_LABEL).hasSizeLessThanOrEqualTo(63 - SUFFIX.length());
    assertThat(name).isEqualTo(Naming.object(request, uid, retries));
  }

  @Property
  void theNamesOfTwoTries_areNeverTheSame(
      @ForAll("names") String request,
      @ForAll String uid,
      @ForAll String another,
      @ForAll @IntRange(max = 3) int retries) {
    // given
    Assume.that(!uid.equals(another));

    // then
    assertThat(Naming.object(request, uid, retries))
        .isNotEqualTo(Naming.object(request, another, retries))
        .isNotEqualTo(Naming.object(request, uid, retries + 1));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(80),
        Arbitraries.strings().withChars("aZ09-._").ofMaxLength(80),
        Arbitraries.of("", "-", "9", "0-", "\u0130", "-9-", "vm."));
  }

  @Example
  void anObjectsName_beginsWithTheRequests() {
    assertThat(Naming.object("Night.1_db", "uid", 0)).startsWith("night-1-db-").hasSize(21);
  }

  @Property
  void aLabel_isCutAsVeleroCutsIt(@ForAll("names") String text) {
    // when
    var label = Naming.label(text);

    // then
    assertThat(label.length()).isLessThanOrEqualTo(63);
    if (text.length() <= 63) {
      assertThat(label).isEqualTo(text);
    } else {
      assertThat(label).startsWith(text.substring(0, 57)).hasSize(63);
    }
  }

  @Example
  void aLongLabel_endsInTheHashThatVeleroMakes() {
    // SHA-256 of 70 times "a".
    assertThat(Naming.label("a".repeat(70))).isEqualTo("a".repeat(57) + "6bd5e5");
  }

  @Example
  void aVmsHash_isTheOneOfTheGoProject() {
    assertThat(Naming.vmHash("web-7")).isEqualTo("08b9c31e2f76d7f2");
  }
}
