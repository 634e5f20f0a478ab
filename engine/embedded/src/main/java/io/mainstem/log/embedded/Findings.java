package io.mainstem.log.embedded;

import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a verification finds, and counts. One thread at a time. */
final class Findings {
    /** More of one file are counted only. */
    private static final int OF_ONE_FILE_MAX = 50;

    final List<Finding> list = new ArrayList<>();
    long damages;
    long partitions;
    long segments;
    long batches;
    long records;
    long bytes;
    private @Nullable Path lastFile;
    private int ofLastFile;

    /** A finding about a file or folder as a whole. */
    void add(Severity severity, Subject subject, Path file, String what, String whatToDo) {
        add(new Finding(severity, subject, file, -1, -1, -1, -1, what, whatToDo));
    }

    void add(Finding finding) {
        if (finding.severity() == Severity.DAMAGE) {
            damages++;
        }
        ofLastFile = finding.file().equals(lastFile) ? ofLastFile + 1 : 1;
        lastFile = finding.file();
        if (ofLastFile <= OF_ONE_FILE_MAX && list.size() < LogReport.FINDINGS_MAX) {
            list.add(finding);
        }
    }
}
