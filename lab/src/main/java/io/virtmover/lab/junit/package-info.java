// SPDX-License-Identifier: Apache-2.0
/**
 * A kit for tests on the lab cluster: an extension that joins a running lab or starts one, gives
 * each test a namespace of its own, and writes down what the cluster looked like when a test fails.
 * Tests that use it carry the tag {@code cluster}.
 */
@NullMarked
package io.virtmover.lab.junit;

import org.jspecify.annotations.NullMarked;
