namespace Esoz.Import;

/// <summary>Result of importing the rows of an НСЗУ file; <see cref="Rows"/> is the sum of the four outcomes.</summary>
/// <param name="Rows">Rows after the header.</param>
/// <param name="Loaded">New legal entities.</param>
/// <param name="Updated">Existing legal entities that were changed.</param>
/// <param name="Unchanged">Existing legal entities equal to the file.</param>
/// <param name="TwoIds">ЄДРПОУ codes with more than one id, one per kind of care.</param>
/// <param name="WithCoordinates">Rows with latitude and longitude, which are not stored because the registry has no columns for
/// them.</param>
/// <param name="Skipped">Rows that were not loaded, <c>file:line: reason</c>.</param>
public sealed record NszuSummary(
    int Rows, long Loaded, long Updated, long Unchanged, int TwoIds, int WithCoordinates, IReadOnlyList<string> Skipped);
