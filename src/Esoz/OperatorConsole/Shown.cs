using System.Globalization;
using Esoz.Pages;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>Values as people read them.</summary>
internal static class Shown
{
    private static readonly NumberFormatInfo Numbers = new() { NumberGroupSeparator = "\u00A0", NumberDecimalSeparator = "," };

    public static string Date(DateOnly date, Language language) =>
        date.ToString(language.Text("dd.MM.yyyy", "yyyy-MM-dd"), CultureInfo.InvariantCulture);

    /// <summary>Value of a field for a date.</summary>
    public static string? Field(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The date in a field; null when there is none.</summary>
    public static DateOnly? DateOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>When a day begins (UTC).</summary>
    public static DateTime? Start(DateOnly? date) => date?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    /// <param name="at">UTC.</param>
    public static string Instant(DateTime at, Language language) =>
        at.ToString(language.Text("dd.MM.yyyy HH:mm:ss", "yyyy-MM-dd HH:mm:ss"), CultureInfo.InvariantCulture);

    /// <summary>The hour that begins then (UTC).</summary>
    public static string Hour(DateTime at, Language language) =>
        at.ToString(language.Text("dd.MM HH:00", "yyyy-MM-dd HH:00"), CultureInfo.InvariantCulture);

    public static string Count(long count, Language language) => count.ToString("N0", Separated(language));

    /// <summary>Hryvnias.</summary>
    public static string Money(double amount, Language language) => amount.ToString("N2", Separated(language));

    /// <summary>A share, such as that of a position.</summary>
    public static string Share(double share, Language language) => share.ToString("0.###", Separated(language));

    public static string Bytes(long bytes, Language language) => bytes switch
    {
        < 1024 => $"{bytes} {language.Text("Б", "B")}",
        < 1024 * 1024 => $"{(bytes / 1024d).ToString("#,0.#", Separated(language))} {language.Text("КБ", "KB")}",
        _ => $"{(bytes / 1024d / 1024).ToString("#,0.#", Separated(language))} {language.Text("МБ", "MB")}",
    };

    /// <summary>A number with two decimal places at most.</summary>
    public static string Decimal(double value, Language language) => value.ToString("#,0.##", Separated(language));

    /// <summary>A count where there is little room: 1.2k.</summary>
    public static string Brief(long count, Language language) => count switch
    {
        < 1000 => Count(count, language),
        < 1_000_000 => $"{(count / 1000d).ToString(count < 10_000 ? "0.#" : "0", Separated(language))}{language.Text("к", "k")}",
        _ => $"{(count / 1_000_000d).ToString(count < 10_000_000 ? "0.#" : "0", Separated(language))}{language.Text("М", "M")}",
    };

    /// <summary>A quantile of durations in milliseconds, of the longest of which only a bound is known.</summary>
    public static string Quantile(IReadOnlyList<long> durations, double share, Language language) =>
        Durations.Quantile(durations, share) is not { } time ? "–"
        : time >= Durations.Bounds[^1] ? $"≥ {Milliseconds(Durations.Bounds[^1], language)}"
        : Milliseconds(time, language);

    public static string Milliseconds(double time, Language language) => time switch
    {
        < 10 => $"{time.ToString("0.#", Separated(language))} {language.Text("мс", "ms")}",
        < 1000 => $"{time.ToString("0", Separated(language))} {language.Text("мс", "ms")}",
        _ => $"{(time / 1000).ToString("0.#", Separated(language))} {language.Text("с", "s")}",
    };

    public static string Duration(TimeSpan time, Language language) => time switch
    {
        { TotalSeconds: < 60 } => $"{time.TotalSeconds:F0} {language.Text("с", "s")}",
        { TotalMinutes: < 60 } => $"{time.TotalMinutes:F0} {language.Text("хв", "min")}",
        { TotalHours: < 48 } => $"{time.TotalHours:F0} {language.Text("год", "h")}",
        _ => $"{time.TotalDays:F0} {language.Text("дн.", "d")}",
    };

    private static NumberFormatInfo Separated(Language language) =>
        language == Language.Ukrainian ? Numbers : CultureInfo.InvariantCulture.NumberFormat;
}
