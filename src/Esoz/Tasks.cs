using Esoz.Compositions;
using Esoz.Dictionaries;
using Esoz.Platform.Jobs;

namespace Esoz;

/// <summary>Table of contents: every kind of background task and its handler.</summary>
public static class Tasks
{
    /// <summary>Types of all kinds.</summary>
    public static IReadOnlyList<string> Types { get; } = [CreateCompositionTask.Type, SignCompositionTask.Type, CancelCompositionTask.Type];

    public static IReadOnlyList<TaskKind> All(
        Settings settings, PostgresDatabase database, DictionaryCodes dictionaries, CompositionSignatures signatures) =>
    [
        // Compositions (compositions.md)
        new(CreateCompositionTask.Type, CreateCompositionTask.BatchSize,
            (tasks, ct) => CreateCompositionTask.Handle(tasks, database, settings.Compositions, ct)),
        TaskKind.OneByOne(
            SignCompositionTask.Type, (task, ct) => SignCompositionTask.Handle(task, database, settings.Compositions, signatures, ct)),
        TaskKind.OneByOne(
            CancelCompositionTask.Type, (task, ct) =>
            CancelCompositionTask.Handle(task, database, settings.Compositions, dictionaries, signatures, ct)),
    ];
}
