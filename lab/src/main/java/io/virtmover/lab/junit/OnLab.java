// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests on the lab's cluster: {@link LabCluster} gives each a {@link LabNamespace} of its own, so
 * they run beside each other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("cluster")
@ExtendWith(LabCluster.class)
@Execution(ExecutionMode.CONCURRENT)
public @interface OnLab {}
