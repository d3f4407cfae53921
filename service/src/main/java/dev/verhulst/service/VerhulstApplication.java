package dev.verhulst.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the inference server. */
@SpringBootApplication
public class VerhulstApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(VerhulstApplication.class, arguments);
  }
}
