using Esoz.Compositions;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;

namespace Esoz;

/// <summary>Table of contents: every kind of background task and what carries it out.</summary>
public static class Tasks
{
    public static IReadOnlyList<TaskKind> All(Settings settings, PostgresDatabase database) =>
    [
        // Compositions (compositions.md)
        new(CreateCompositionTask.Type, (task, ct) => CreateCompositionTask.Handle(task, database, settings.Compositions, ct)),
    ];
}
