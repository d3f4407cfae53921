import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks ({@code check}), or rewrites ({@code apply}), the layout of every Java file of the project with
 * google-java-format. Run by Maven in JDK 25, so that it reads today's syntax whatever JDK Maven itself runs on.
 */
public final class Format {
    public static void main(String[] arguments) throws Exception {
        boolean apply = arguments[0].equals("apply");
        Path root = Path.of(arguments[1]);
        Formatter formatter = new Formatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.GOOGLE)
                .build());
        List<Path> changed = new ArrayList<>();
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(Format::isSource).toList()) {
                String source = Files.readString(file);
                String ordered = ImportOrderer.reorderImports(
                        RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.GOOGLE);
                String formatted = formatter.formatSource(ordered);
                if (!formatted.equals(source)) {
                    changed.add(root.relativize(file));
                    if (apply) {
                        Files.writeString(file, formatted);
                    }
                }
            }
        }
        if (apply) {
            System.out.println("Formatted " + changed.size() + " file(s).");
        } else if (!changed.isEmpty()) {
            System.err.println("These files are not formatted; run `mvn -N process-sources -Dformat=apply`:");
            changed.forEach(file -> System.err.println("  " + file));
            System.exit(1);
        }
    }

    private static boolean isSource(Path file) {
        String path = file.toString();
        return path.endsWith(".java") && path.contains("/src/") && !path.contains("/target/");
    }
}
