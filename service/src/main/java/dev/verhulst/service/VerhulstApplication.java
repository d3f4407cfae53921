package dev.verhulst.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * Starts the inference server. Its port is served by one servlet without a web framework around it;
 * the framework is there for the management port, which sets up its own.
 */
@SpringBootApplication(
    exclude = {
      DispatcherServletAutoConfiguration.class,
      ErrorMvcAutoConfiguration.class,
      HttpEncodingAutoConfiguration.class,
      MultipartAutoConfiguration.class,
      WebMvcAutoConfiguration.class,
      WebMvcObservationAutoConfiguration.class
    })
public class VerhulstApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(VerhulstApplication.class, arguments);
  }
}
