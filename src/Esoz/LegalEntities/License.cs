namespace Esoz.LegalEntities;

/// <summary>
/// Licence (ліцензія) of a legal entity (data-model §2.2), as the legal entity is shown with it: the primary one that is active. Of
/// several it is the one that was entered last.
/// </summary>
public sealed record License
{
    public required Guid Id { get; init; }
    public required string Type { get; init; }
    public required bool IsActive { get; init; }
    public required string? IssuedBy { get; init; }
    public required DateOnly? IssuedDate { get; init; }
    public required DateOnly? ActiveFromDate { get; init; }
    public required string? OrderNo { get; init; }
    public required string? LicenseNumber { get; init; }
    public required DateOnly? ExpiryDate { get; init; }
    public required string? WhatLicensed { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }
}
