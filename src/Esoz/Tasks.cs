using Esoz.Compositions;
using Esoz.Dictionaries;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;

namespace Esoz;

/// <summary>Table of contents: every kind of background task and what carries it out.</summary>
public static class Tasks
{
    public static IReadOnlyList<TaskKind> All(Settings settings, PostgresDatabase database, DictionaryCodes dictionaries, CompositionSignatures signatures) =>
    [
        // Compositions (compositions.md)
        new(CreateCompositionTask.Type, (task, ct) => CreateCompositionTask.Handle(task, database, settings.Compositions, ct)),
        new(SignCompositionTask.Type, (task, ct) => SignCompositionTask.Handle(task, database, signatures, ct)),
        new(CancelCompositionTask.Type, (task, ct) => CancelCompositionTask.Handle(task, database, settings.Compositions, dictionaries, signatures, ct)),
    ];
}
