namespace Esoz.Import;

/// <summary>What became of the rows of an НСЗУ file; <see cref="Rows"/> is the sum of the four kinds.</summary>
/// <param name="Rows">Rows under the header.</param>
/// <param name="Loaded">New legal entities.</param>
/// <param name="Updated">Legal entities that stood and differed.</param>
/// <param name="Unchanged">Legal entities that stood as the file has them.</param>
/// <param name="TwoIds">ЄДРПОУ codes that stand under more than one id, each kind of care under its own.</param>
/// <param name="WithCoordinates">Rows whose latitude and longitude are not stored, for the registry has no place for them.</param>
/// <param name="Skipped">Rows that were not loaded, <c>file:line: reason</c>.</param>
public sealed record NszuSummary(
    int Rows, long Loaded, long Updated, long Unchanged, int TwoIds, int WithCoordinates, IReadOnlyList<string> Skipped);
