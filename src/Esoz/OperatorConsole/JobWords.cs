using Esoz.Compositions;
using Esoz.Pages;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.OperatorConsole;

/// <summary>Tasks in words.</summary>
internal static class JobWords
{
    public static IReadOnlyList<(string Value, Words Text)> Statuses { get; } =
    [
        (BackgroundTaskStatus.Queued, new("Чекає", "Waiting")),
        (BackgroundTaskStatus.Running, new("Виконується", "Running")),
        (BackgroundTaskStatus.Done, new("Завершено", "Done")),
        (BackgroundTaskStatus.Dead, new("Припинено", "Given up")),
    ];

    public static string Status(string status, Language language) =>
        Statuses.FirstOrDefault(it => it.Value == status).Text?.Of(language) ?? status;

    public static string Type(string type, Language language) => type switch
    {
        CreateCompositionTask.Type => language.Text("Створення висновку", "Creating a composition"),
        SignCompositionTask.Type => language.Text("Підписання висновку", "Signing a composition"),
        CancelCompositionTask.Type => language.Text("Скасування висновку", "Cancelling a composition"),
        _ => type,
    };

    /// <summary>Why the last attempt failed; null when none did.</summary>
    public static Words? Reason(string? error) => error switch
    {
        null => null,
        _ when char.IsAsciiDigit(error[0]) => new("Правило не дозволяє. Система клієнта отримала відповідь.", "A rule forbids it. The client has its answer."),
        _ when error.StartsWith("lease of ", StringComparison.Ordinal) => new(
            "Вузол, який виконував завдання, зник.", "The node that carried it out has gone."),
        _ when error.Contains(nameof(TaskSupersededException), StringComparison.Ordinal) => new(
            "Дані змінилися, поки завдання виконувалося.", "The data changed while it was carried out."),
        _ when error.Contains(nameof(TimeoutException), StringComparison.Ordinal)
            || error.Contains(nameof(OperationCanceledException), StringComparison.Ordinal)
            || error.Contains(nameof(TaskCanceledException), StringComparison.Ordinal) => new(
            "Спроба тривала задовго.", "The attempt took too long."),
        _ when error.Contains(nameof(NpgsqlException), StringComparison.Ordinal)
            || error.Contains(nameof(PostgresException), StringComparison.Ordinal)
            || error.Contains(nameof(CommitNotReplicatedException), StringComparison.Ordinal) => new(
            "База даних не відповіла або відмовила.", "The database did not answer, or refused."),
        _ when error.Contains(nameof(IOException), StringComparison.Ordinal)
            || error.Contains("S3", StringComparison.Ordinal)
            || error.Contains(nameof(HttpRequestException), StringComparison.Ordinal) => new(
            "Сховище файлів не відповіло.", "The object store did not answer."),
        _ => new("Несподівана помилка в програмі.", "An unexpected fault of the program."),
    };
}
