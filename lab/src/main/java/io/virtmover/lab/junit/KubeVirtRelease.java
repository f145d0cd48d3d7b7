// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.virtmover.lab.kubevirt.api.Release;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the tests of a class in a second lab, whose KubeVirt behaves like this release; at a
 * parameter, gives a test a namespace there besides, in another cluster. It is started when it is
 * needed and gone when all tests are over.
 */
@Target({ElementType.TYPE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface KubeVirtRelease {
  /** The release. */
  Release value();
}
