/** The management port: metrics and health, apart from the port that requests come in by. */
@NullMarked
package dev.verhulst.service.management;

import org.jspecify.annotations.NullMarked;
