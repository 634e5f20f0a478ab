package io.mainstem.runtime.admin;

import io.mainstem.log.GroupDescription;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.LogAdmin;
import io.mainstem.runtime.delivery.ReplayMark;
import java.util.List;
import java.util.Optional;

/** The groups of a log as those see them who watch over it. */
public final class Groups {

    private Groups() {}

    /**
     * A group where it stands in what it reads. What a group has committed in a topic which its sink reads no more, since a pattern
     * has come to leave it out or the pipeline does not name it any more, waits for nobody, and is not in it.
     */
    public static Optional<GroupDescription> describe(LogAdmin admin, String name) {
        LiveGroup live = admin.liveGroups().get(name);
        Optional<GroupDescription> group = admin.describeGroup(name);
        return live == null || live.until().isPresent() ? group : group.map(all -> reading(all, live));
    }

    private static GroupDescription reading(GroupDescription group, LiveGroup live) {
        List<GroupDescription.Partition> read = group.partitions().stream()
                .filter(each -> each.member().isPresent()
                        || live.reads(ReplayMark.original(
                                group.name(), each.partition().topic())))
                .toList();
        return new GroupDescription(group.name(), group.state(), group.generation(), group.members(), read);
    }
}
